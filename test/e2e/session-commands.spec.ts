/**
 * The operators' commands for accounts and keys, in a process of their own beside the running service.
 * Real: the commands, the doctor, the app, the databases, sockets. Fake: the clock of the app, where a test moves it; the
 * notification service is out of reach.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { DataSource } from 'typeorm';
import { checkKeys } from '../../src/cli/doctor/keys.check.js';
import { readSettings } from '../../src/config/settings.js';
import { MailSeal } from '../../src/modules/notification/index.js';
import { runCommand } from '../support/commands.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { startProgram } from '../support/program.js';
import { bodyOf, claimsOf, refresh, signedIn, signIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-commands-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(databaseKinds)('On %s', (kind) => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await createDatabase(kind);
    app = await createTestApp({ database: database.url });
  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

  const command = (name: string, args: readonly string[], variables: Record<string, string> = {}) =>
    runCommand(name, args, { cwd: folder, variables: { DATABASE_URL: database.url, ...variables } });

  describe('npm run accounts', () => {
    const accounts = (...args: string[]) => command('accounts', args);

    it('grants and revokes with immediate effect on our own routes', async () => {
      const { account, tokens, headers } = await signedIn(app);
      const ask = async () => (await app.post('/session/introspect/', { token: 'x' }, headers)).status;
      expect(await ask()).toBe(403);

      const granted = await accounts('grant', account.email.toUpperCase(), 'session:introspect', 'a:b');
      expect(granted).toEqual({
        code: 0,
        output: expect.stringContaining(
          'Granted: session:introspect, a:b. Permissions: a:b, session:introspect.\n',
        ),
      });
      expect(await ask()).toBe(200);
      const renewed = bodyOf(await refresh(app, tokens.refresh_token));
      expect(claimsOf(renewed.access_token)['permissions']).toEqual(['a:b', 'session:introspect']);

      expect((await accounts('grant', account.email, 'a:b')).code).toBe(1);
      expect((await accounts('revoke', account.email, 'session:introspect')).code).toBe(0);
      expect(await ask()).toBe(403);
      expect((await accounts('revoke', account.email, 'session:introspect')).code).toBe(1);
    });

    it('shows the live sessions of an account, and ends them', async () => {
      const { account, tokens } = await signedIn(app);
      const other = await signIn(app, account);
      const listed = await accounts('sessions', account.email, '--json');
      const { sessions } = JSON.parse(listed.output) as { sessions: { id: string }[] };
      expect(new Set(sessions.map(({ id }) => id))).toEqual(new Set([tokens.session_id, other.session_id]));
      expect((await accounts('sessions', account.email)).output).toContain(tokens.session_id);

      expect(await accounts('end-sessions', account.email)).toEqual({
        code: 0,
        output: expect.stringContaining('Ended 2 sessions.\n'),
      });
      for (const { access_token: token } of [tokens, other]) expect(await statusOf(app, token)).toBe(401);
      expect((await accounts('end-sessions', account.email)).code).toBe(1);
    });

    it('unlocks an account that a hundred wrong passwords have locked, whom the doctor names by id', async () => {
      const clock = new MovedClock();
      try {
        const { account, tokens } = await signedIn(app);
        const wrong = { ...account, password: 'a wrong one' };
        for (let failures = 0; failures < 100;) {
          const { status, headers } = await app.post('/user/signin/', wrong);
          if (status === 401) failures++;
          else clock.move(Number(headers.get('retry-after')) * 1_000);
        }
        expect((await app.post('/user/signin/', account)).status).toBe(429);
        expect((await command('doctor', ['--json'], { PASSWORD_CONCURRENCY: '1' })).output).toContain(
          `1 e-mail addresses are locked after 100 wrong passwords in a row; accounts: ${claimsOf(tokens.access_token)['sub']}`,
        );

        expect(await accounts('unlock', account.email)).toEqual({
          code: 0,
          output: expect.stringContaining('Unlocked: the count of wrong passwords is reset.\n'),
        });
        expect((await app.post('/user/signin/', account)).status).toBe(200);
        expect((await accounts('unlock', account.email)).code).toBe(1);
      } finally {
        clock.restore();
      }
    }, 120_000);

    it('lists accounts, all of them, by a part of the e-mail, and the inactive ones', async () => {
      const { account } = await signedIn(app);
      const inactive = newAccount();
      await app.post('/user/', inactive);
      const listed = async (...args: string[]) => {
        const { code, output } = await accounts('list', ...args, '--json');
        expect(code).toBe(0);
        return (JSON.parse(output) as { email: string; active: boolean }[]).map(({ email }) => email);
      };
      expect(await listed()).toEqual(expect.arrayContaining([account.email, inactive.email]));
      expect(await listed('--email', account.email.slice(3, -8).toUpperCase())).toEqual([account.email]);
      const found = await listed('--inactive');
      expect(found).toContain(inactive.email);
      expect(found).not.toContain(account.email);
      expect((await accounts('list')).output).toMatch(/^id +email +name +active\n/m);
    });

    it('activates and deactivates an account once, and ends its sessions', async () => {
      const { account, tokens } = await signedIn(app);
      const codes = async (name: string) => [
        (await accounts(name, account.email)).code,
        (await accounts(name, account.email)).code,
      ];
      expect(await codes('deactivate')).toEqual([0, 1]);
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect(await codes('activate')).toEqual([0, 1]);
      expect((await app.post('/session/', account)).status).toBe(200);
    });

    it('shows the history of an account: what happened, in order, and who did it', async () => {
      const { account, tokens, headers } = await signedIn(app);
      for (const password of ['wrong 1', 'wrong 2'])
        await app.post('/user/signin/', { ...account, password });
      await app.post('/user/signin/', account);
      await app.send('/session/', { method: 'DELETE', headers });
      await accounts('grant', account.email, 'a:b');
      await accounts('revoke', account.email, 'a:b');
      await signIn(app, account);
      await accounts('end-sessions', account.email);
      await accounts('deactivate', account.email);
      await app.post('/user/signin/', { ...account, password: 'wrong 3' });

      const id = String(claimsOf(tokens.access_token)['sub']);
      const read = async (of: string) => {
        const { code, output } = await accounts('history', of, '--json');
        return { code, history: JSON.parse(output) as Record<string, unknown>[] };
      };
      const { code, history } = await read(account.email);
      expect(code).toBe(0);
      expect(history.map(({ at: _, ...event }) => event)).toEqual([
        { event: 'created', by: 'person' },
        { event: 'activated', by: 'person' },
        { event: 'signed-in', by: 'person' },
        { event: 'guesses-refused', by: 'program', count: 2 },
        { event: 'signed-in', by: 'person' },
        { event: 'sessions-ended', by: 'person', detail: 'signed-out', count: 1 },
        { event: 'permission-granted', by: 'operator', detail: 'a:b' },
        { event: 'permission-revoked', by: 'operator', detail: 'a:b' },
        { event: 'signed-in', by: 'person' },
        { event: 'sessions-ended', by: 'operator', detail: 'revoked', count: 1 },
        { event: 'deactivated', by: 'operator' },
        { event: 'guesses-refused', by: 'program', count: 1 },
      ]);
      expect((await read(id)).history.length).toBe(history.length);
      expect((await accounts('history', 'unknown@example.com')).code).toBe(1);
      expect((await accounts('history', 'unknown')).code).toBe(1);
      expect((await accounts('history', account.email)).output).toMatch(/deactivated +operator/);
    });

    it('shows the mails of an account by their ids, and exports everything but the hash', async () => {
      const { account, tokens } = await signedIn(app);
      const id = String(claimsOf(tokens.access_token)['sub']);
      const messages = await accounts('messages', account.email, '--json');
      expect(JSON.parse(messages.output)).toMatchObject([{ id, topic: 'notification.welcome' }]);
      expect((await accounts('messages', account.email)).output).toContain(id);

      const exported = await accounts('export', account.email, '--json');
      expect(JSON.parse(exported.output)).toMatchObject({
        profile: { id, email: account.email, name: 'John', surname: 'Doe', active: true },
        sessions: [{ id: tokens.session_id }],
        permissions: [],
        history: [{ event: 'created' }, { event: 'activated' }, { event: 'signed-in' }],
        messages: [{ id, topic: 'notification.welcome' }],
      });
      expect(exported.output).not.toMatch(/argon2/);

      const shown = await accounts('show', account.email, '--json');
      expect(JSON.parse(shown.output)).toMatchObject({ id, active: true, failedGuesses: 0 });
      expect((await accounts('show', account.email)).output).toMatch(/^active +true$/m);
    });

    it('erases an account and the mails that wait for it, once and only with --yes', async () => {
      const { account, tokens } = await signedIn(app);
      const id = String(claimsOf(tokens.access_token)['sub']);
      expect((await accounts('erase', account.email)).code).toBe(2);
      expect((await accounts('erase', account.email, '--yes', '--json')).code).toBe(0);
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      const rows = (sql: string) => app.get(DataSource).query<Record<string, string>[]>(sql);
      expect(await rows(`SELECT state, payload FROM outbox_message WHERE id = '${id}'`)).toEqual([
        { state: 'discarded', payload: null },
      ]);
      const [forget] = await rows(`SELECT payload FROM outbox_message WHERE topic = 'notification.forget'`);
      expect(forget?.['payload']).not.toContain(account.email);
      const { sealed } = JSON.parse(forget?.['payload'] ?? '') as { sealed: string };
      // The welcome may be in flight: by its key the notification service knows that it is not to be sent any more.
      expect(JSON.parse(app.get(MailSeal).open(sealed))).toEqual({ email: account.email, keys: [id] });
      expect((await accounts('erase', account.email, '--yes')).code).toBe(1);
      expect((await accounts('history', account.email)).code).toBe(1);
      const { code, output } = await accounts('history', id, '--json');
      expect([code, JSON.parse(output).at(-1)]).toMatchObject([0, { event: 'erased', by: 'operator' }]);
      expect(output).not.toContain('example.com');
    });

    it('exits with 1 for a missing account, 2 for invalid arguments, and 3 without a database', async () => {
      expect(await accounts('sessions', 'unknown@example.com')).toEqual({
        code: 1,
        output: expect.stringContaining('There is no account unknown@example.com.\n'),
      });
      expect(await accounts('sessions', 'stranger')).toEqual({
        code: 2,
        output: expect.stringMatching(/stranger is not an e-mail address .* npm run accounts -- --help/),
      });
      expect((await command('accounts', ['list'], { DATABASE_URL: 'sqlite:missing.db' })).code).toBe(3);
    });

    it('refuses a permission that does not fit into a token, and grants none of the given ones', async () => {
      const { account } = await signedIn(app);
      const refused = await accounts('grant', account.email, 'a:b', 'c d');
      expect(refused).toEqual({ code: 2, output: expect.stringMatching(/1 to 100 printable ASCII/) });
      expect((await accounts('sessions', account.email)).output).toContain('Permissions: none.');
    });
  });

  describe('npm run keys', () => {
    const keys = (...args: string[]) => command('keys', args);
    const kidOf = ({ access_token: token }: { access_token: string }) =>
      String(decodeProtectedHeader(token).kid);

    beforeEach(async () => {
      await signedIn(app);
    });

    it('lists every key with its state, and nothing private', async () => {
      const { tokens } = await signedIn(app);
      const { code, output } = await keys('list');
      expect(code).toBe(0);
      expect(output).toMatch(/^kid +state +created +signs since +ended +private key\n/m);
      expect(output).toMatch(new RegExp(`^${kidOf(tokens)} +current .* readable$`, 'm'));
      expect(output).toMatch(/ next .* readable$/m);
      const json = (await keys('list', '--json')).output;
      const rows = await app.get(DataSource).query('SELECT private_key FROM signing_key');
      for (const { private_key: secret } of rows as { private_key: string | null }[])
        if (secret) expect(json).not.toContain(secret);
    });

    it('rotates: new tokens have another key at once, old ones stay valid', async () => {
      const before = await signedIn(app);
      expect((await keys('rotate')).code).toBe(0);
      const after = await signIn(app, before.account);
      expect(kidOf(after)).not.toBe(kidOf(before.tokens));
      for (const { access_token: token } of [before.tokens, after])
        expect(await statusOf(app, token)).toBe(200);
      expect((await keys('list')).output).toMatch(
        new RegExp(`^${kidOf(before.tokens)} +retired .* gone$`, 'm'),
      );
    });

    it('revokes: the tokens of a key are refused at once, and the next one signs', async () => {
      const { account, tokens } = await signedIn(app);
      const kid = kidOf(tokens);
      expect(await keys('revoke', kid)).toEqual({
        code: 0,
        output: expect.stringContaining(`Key ${kid} is revoked.\n`),
      });
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect((await app.send('/.well-known/jwks.json')).text).not.toContain(kid);
      expect(await statusOf(app, (await signIn(app, account)).access_token)).toBe(200);
      expect((await keys('revoke', kid)).code).toBe(1);
    });

    it('stores private keys that cannot be read without the secret', async () => {
      const { tokens } = await signedIn(app);
      if (kind === 'sqlite') {
        const file = join(dirname(database.url.slice('sqlite:'.length)), 'key-secret');
        expect((await stat(file)).mode & 0o777).toBe(0o600);
      }
      const other = { KEY_SECRET: Buffer.alloc(32, 7).toString('base64') };
      expect((await command('keys', ['list'], other)).output).toMatch(/UNREADABLE/);
      const examined = await command('doctor', ['--json'], other);
      const findings = JSON.parse(examined.output) as { check: string; status: string }[];
      expect(findings.filter(({ check }) => check === 'keys')).toMatchObject([{ status: 'failure' }]);
      // Nothing was changed by looking.
      expect(await statusOf(app, tokens.access_token)).toBe(200);
    });

    it('reports an overdue rotation through the doctor', async () => {
      const ofKeys = async () => {
        const { output } = await command('doctor', ['--json']);
        return (JSON.parse(output) as { check: string }[]).filter(({ check }) => check === 'keys');
      };
      expect(await ofKeys()).toMatchObject([{ status: 'ok' }]);
      const then = Date.now() - 92 * 86_400_000;
      await app
        .get(DataSource)
        .query(`UPDATE signing_key SET activated_at = ${then} WHERE state = 'current'`);
      expect(await ofKeys()).toMatchObject([
        { status: 'warning', found: expect.stringContaining('92 days old') },
      ]);
    });

    it('reports through the doctor that the keys are unreadable with another secret', async () => {
      const settings = readSettings({ KEY_SECRET: Buffer.alloc(32, 9).toString('base64') });

      expect(await checkKeys(app.get(DataSource), settings)).toMatchObject([
        { status: 'failure', found: expect.stringMatching(/^KEY_SECRET does not decrypt /) },
      ]);
    });
  });
});

describe('KEY_SECRET', () => {
  const start = (variables: Record<string, string>) =>
    startProgram({ cwd: folder, variables: { PORT: '0', METRICS: 'off', LOG_FORMAT: 'json', ...variables } });

  it('is required by a start in production on PostgreSQL', async () => {
    const database = await createDatabase('postgres');
    try {
      const program = start({ DATABASE_URL: database.url, NODE_ENV: 'production' });
      expect((await program.ended)[0]).toBe(1);
      expect(program.output).toMatch(/KEY_SECRET must be set in production on PostgreSQL/);
      expect(program.output).not.toMatch(/API http/);

      const KEY_SECRET = Buffer.alloc(32, 1).toString('base64');
      const started = start({ DATABASE_URL: database.url, NODE_ENV: 'production', KEY_SECRET });
      await started.said(/API http/);
      started.kill('SIGTERM');
      await started.ended;
    } finally {
      await database.destroy();
    }
  });

  it.each([['short'], [Buffer.alloc(31).toString('base64')], [Buffer.alloc(33).toString('base64')]])(
    'that is %p is refused, by name and without its content',
    async (secret) => {
      const program = start({ KEY_SECRET: secret });
      expect((await program.ended)[0]).toBe(1);
      expect(program.output).toMatch(/KEY_SECRET must be base64 of 32 random bytes/);
      expect(program.output).not.toContain(secret);
    },
  );

  it.each(databaseKinds)(
    'that does not decrypt the keys of %s stops the start, until they are replaced',
    async (kind) => {
      const database = await createDatabase(kind);
      const [given, wrong] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
      const variables = (KEY_SECRET: string) => ({
        DATABASE_URL: database.url,
        NODE_ENV: 'production',
        KEY_SECRET,
      });
      try {
        const first = await createTestApp({ database: database.url, variables: { KEY_SECRET: given! } });
        const { account, tokens } = await signedIn(first);
        await first.close();

        const refused = start(variables(wrong!));
        expect((await refused.ended)[0]).toBe(1);
        const lines = refused.output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { level: string; msg: string });
        expect(lines.filter(({ level }) => !['info', 'warn'].includes(level)).map(({ msg }) => msg)).toEqual([
          expect.stringMatching(
            /^KEY_SECRET does not decrypt the signing key \w+: put back .* npm run keys -- rotate/,
          ),
        ]);
        expect(refused.output).not.toContain(wrong);
        expect(refused.output).not.toMatch(/API http/);

        const rotation = await runCommand('keys', ['rotate'], { cwd: folder, variables: variables(wrong!) });
        expect(rotation.code).toBe(0);
        const again = await createTestApp({ database: database.url, variables: { KEY_SECRET: wrong! } });
        try {
          expect(await statusOf(again, tokens.access_token)).toBe(200);
          expect(await statusOf(again, (await signIn(again, account)).access_token)).toBe(200);
        } finally {
          await again.close();
        }
      } finally {
        await database.destroy();
      }
    },
  );

  it('that is lost beside the embedded database is replaced, with new keys', async () => {
    const database = await createDatabase('sqlite');
    const withApp = async <Result>(work: (app: TestApp) => Promise<Result>): Promise<Result> => {
      const app = await createTestApp({ database: database.url });
      return work(app).finally(() => app.close());
    };
    try {
      const { account, tokens } = await withApp(signedIn);
      await rm(join(dirname(database.url.slice('sqlite:'.length)), 'key-secret'));
      await withApp(async (app) => {
        expect(await statusOf(app, tokens.access_token)).toBe(200);
        expect(await statusOf(app, (await signIn(app, account)).access_token)).toBe(200);
        expect(bodyOf(await refresh(app, tokens.refresh_token)).session_id).toBe(tokens.session_id);
      });
    } finally {
      await database.destroy();
    }
  });
});
