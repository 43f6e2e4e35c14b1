/**
 * Sessions over HTTP: how one begins, is seen, and ends.
 * Real: the app, the databases, Argon2id (with little memory), sockets. Fake: the clock, where a test moves it; the
 * notification service is out of reach.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { PermissionRepository, SessionMaintenance } from '../../src/modules/session/index.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { expectEnvelope } from '../support/envelopes.js';
import { MovedClock } from '../support/moved-clock.js';
import {
  activeAccount,
  bearer,
  bodyOf,
  claimsOf,
  refresh,
  signedIn,
  signIn,
  statusOf,
} from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const day = 86_400_000;

interface Listed {
  readonly data: readonly {
    readonly id: string;
    readonly created_at: string;
    readonly last_used_at: string;
    readonly client: string | null;
    readonly current: boolean;
  }[];
}

describe.each(databaseKinds)('A session on %s', (kind) => {
  const database = useDatabase(kind);
  let app: TestApp;
  let clock: MovedClock;
  beforeAll(async () => {
    app = await createTestApp({ database: database.url });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    clock = new MovedClock();
  });
  afterEach(() => clock.restore());

  const list = async (headers: Record<string, string>) =>
    bodyOf<Listed>(await app.send('/session/', { headers })).data;
  const remove = async (path: string, headers: Record<string, string>) =>
    (await app.send(path, { method: 'DELETE', headers })).status;

  it('begins with a token response with the names of RFC 6749, which must not be stored', async () => {
    const account = await activeAccount(app);
    const response = await app.post('/session/', account);

    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = bodyOf<Record<string, unknown>>(response);
    expect(Object.keys(tokens)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'refresh_token',
      'session_id',
    ]);
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    expect(Buffer.from(String(tokens['refresh_token']), 'base64url')).toHaveLength(32);
  });

  it('has an access token with exactly the documented claims, without personal data', async () => {
    const { tokens, account } = await signedIn(app);
    const me = bodyOf<{ id: string }>(await app.send('/user/me/', { headers: bearer(tokens.access_token) }));
    const claims = claimsOf(tokens.access_token);

    const names = ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp', 'auth_time', 'permissions'];
    expect(Object.keys(claims).sort()).toEqual(names.sort());
    expect(claims).toMatchObject({ sub: me.id, sid: tokens.session_id, permissions: [] });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(tokens.expires_in);
    for (const time of ['iat', 'exp', 'auth_time']) expect(Number.isInteger(claims[time])).toBe(true);
    expect(JSON.stringify(claims)).not.toContain(account.email);
  });

  it('is refused like a sign-in, in the same order, and every 401 names Bearer', async () => {
    const account = newAccount();
    expectEnvelope(await app.post('/session/', account), 404, 'Not Found');
    await app.post('/user/', account);
    const wrong = await app.post('/session/', { ...account, password: 'wrong' });
    expectEnvelope(wrong, 401, 'Unauthorized');
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    expectEnvelope(await app.post('/session/', account), 400, 'User must be activated via /user/activate/');
  });

  it('shows the account at /user/me/ as sign-in does', async () => {
    const { account, headers } = await signedIn(app);
    expect((await app.send('/user/me/', { headers })).text).toBe(
      (await app.post('/user/signin/', account)).text,
    );
  });

  it('is listed with its client and times, newest first, and marks the current one', async () => {
    const account = await activeAccount(app);
    const begun = Date.now();
    const old = bodyOf(await app.post('/session/', account, { 'User-Agent': 'x'.repeat(300) }));
    clock.move(1_000);
    const now = bodyOf(await app.post('/session/', account, { 'User-Agent': 'Ada/1.0' }));
    clock.move(1_000);
    await refresh(app, old.refresh_token);

    const sessions = await list(bearer(now.access_token));
    expect(sessions.map(({ id }) => id)).toEqual([now.session_id, old.session_id]);
    expect(sessions.map(({ current }) => current)).toEqual([true, false]);
    expect(sessions.map(({ client }) => client)).toEqual(['Ada/1.0', 'x'.repeat(200)]);
    const [, first] = sessions;
    expect(Date.parse(first!.created_at)).toBeGreaterThanOrEqual(begun);
    expect(Date.parse(first!.last_used_at) - Date.parse(first!.created_at)).toBeGreaterThanOrEqual(2_000);
  });

  it('ends when its owner signs out, and no other does', async () => {
    const { account, tokens, headers } = await signedIn(app);
    const other = await signIn(app, account);

    expect(await remove('/session/', headers)).toBe(204);
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    expect((await refresh(app, tokens.refresh_token)).status).toBe(401);
    expect(await statusOf(app, other.access_token)).toBe(200);
    expect((await list(bearer(other.access_token))).map(({ id }) => id)).toEqual([other.session_id]);
  });

  it('ends with all others of the account by DELETE /session/all/', async () => {
    const { account, tokens, headers } = await signedIn(app);
    const other = await signIn(app, account);
    const stranger = await signedIn(app);

    expect(await remove('/session/all/', headers)).toBe(204);
    for (const { access_token: token } of [tokens, other]) expect(await statusOf(app, token)).toBe(401);
    expect(await statusOf(app, stranger.tokens.access_token)).toBe(200);
  });

  it('ends by its id if it is live and belongs to the caller; every other id is unknown', async () => {
    const { account, headers } = await signedIn(app);
    const other = await signIn(app, account);
    const stranger = await signedIn(app);

    expect(await remove(`/session/${other.session_id}/`, headers)).toBe(204);
    expect(await statusOf(app, other.access_token)).toBe(401);
    for (const id of [other.session_id, stranger.tokens.session_id, randomUUID(), 'x', "'", '%00'])
      expect([id, await remove(`/session/${id}/`, headers)]).toEqual([id, 404]);
    expect(await statusOf(app, stranger.tokens.access_token)).toBe(200);
  });

  it('ends with a deactivation, and stays ended when the account is activated again', async () => {
    const { account, tokens } = await signedIn(app);
    expect((await app.post('/user/deactivate/', account)).status).toBe(200);
    for (const path of ['/user/deactivate/', '/user/activate/']) {
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect((await refresh(app, tokens.refresh_token)).status).toBe(401);
      await app.post(path, account);
    }
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    const [row] = await app
      .get(DataSource)
      .query(`SELECT end_reason FROM session WHERE id = '${tokens.session_id}'`);
    expect(row).toEqual({ end_reason: 'deactivated' });
  });

  it('ends when another program deactivates the account', async () => {
    const { account, tokens } = await signedIn(app);
    await app.get(DataSource).getRepository('user').update({ email: account.email }, { active: false });
    expect(await statusOf(app, tokens.access_token)).toBe(401);
    expect((await refresh(app, tokens.refresh_token)).status).toBe(401);
  });

  it('ends after 30 days without use, and after 90 days at most', async () => {
    const [idle, busy] = [await signedIn(app), await signedIn(app)];
    clock.move(29 * day);
    let { refresh_token: token } = bodyOf(await refresh(app, busy.tokens.refresh_token));
    clock.move(2 * day);
    expect((await refresh(app, idle.tokens.refresh_token)).status).toBe(401);
    clock.move(26 * day);
    token = bodyOf(await refresh(app, token)).refresh_token;
    clock.move(29 * day);
    token = bodyOf(await refresh(app, token)).refresh_token;
    clock.move(4 * day);
    expect((await refresh(app, token)).status).toBe(401);
  });

  it('is ended by a 51st session if it has been unused for longest', async () => {
    const account = await activeAccount(app);
    const opened = [];
    for (let nth = 0; nth < 50; nth++) {
      clock.move(10);
      opened.push(await signIn(app, account));
    }
    clock.move(10);
    await refresh(app, opened[0]!.refresh_token);
    clock.move(10);
    const last = await signIn(app, account);

    const live = (await list(bearer(last.access_token))).map(({ id }) => id);
    expect(live).toHaveLength(50);
    expect(live).toContain(opened[0]!.session_id);
    expect(live).not.toContain(opened[1]!.session_id);
    expect(await statusOf(app, opened[1]!.access_token)).toBe(401);

    const many = await Promise.all(Array.from({ length: 12 }, () => signIn(app, account)));
    expect(await list(bearer(many[0]!.access_token))).toHaveLength(50);
  });

  it('is introspected by callers with the permission, with the current permissions', async () => {
    const { tokens, headers } = await signedIn(app);
    const { sub } = claimsOf(tokens.access_token);
    const ask = (token: unknown) => app.post('/session/introspect/', { token }, headers);
    expectEnvelope(await app.post('/session/introspect/', { token: 'x' }), 401, 'Unauthorized');
    const refused = await ask('x');
    expectEnvelope(refused, 403, 'Forbidden');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');

    const permissions = app.get(PermissionRepository);
    for (const name of ['session:introspect', 'product:write'])
      await permissions.grant(String(sub), name, Date.now());
    expect(bodyOf(await ask(tokens.access_token))).toEqual({
      active: true,
      ...claimsOf(tokens.access_token),
      permissions: ['product:write', 'session:introspect'],
    });
    const over = await signedIn(app);
    await remove('/session/', over.headers);
    for (const token of [over.tokens.access_token, tokens.refresh_token, 'x', '', 'a.b.c', 'x'.repeat(9_000)])
      expect((await ask(token)).text).toBe('{"active":false}');
    expect((await ask(undefined)).status).toBe(400);
    expect((await ask(7)).status).toBe(400);
  });

  it('leaves no token in the database or the log', async () => {
    const { tokens } = await signedIn(app);
    const { refresh_token: next } = bodyOf(await refresh(app, tokens.refresh_token));
    const source = app.get(DataSource);
    const rows = [];
    for (const { tableName } of source.entityMetadatas)
      rows.push(await source.query(`SELECT * FROM "${tableName}"`));
    const text = JSON.stringify(rows) + app.logText();
    for (const token of [tokens.refresh_token, next, tokens.access_token]) expect(text).not.toContain(token);
  });

  it('is deleted a month after its end, with its tokens', async () => {
    const { tokens } = await signedIn(app);
    const count = async (table: string, column: string) => {
      const [row] = await app
        .get(DataSource)
        .query(`SELECT count(*) AS count FROM ${table} WHERE ${column} = '${tokens.session_id}'`);
      return Number(row.count);
    };
    clock.move(59 * day);
    await app.get(SessionMaintenance).run();
    expect([await count('session', 'id'), await count('refresh_token', 'session_id')]).toEqual([1, 1]);
    clock.move(2 * day);
    await app.get(SessionMaintenance).run();
    expect([await count('session', 'id'), await count('refresh_token', 'session_id')]).toEqual([0, 0]);
  });
});

describe('SIGN_IN=token', () => {
  it('makes the sign-in return the tokens of a new session, and the document says so', async () => {
    const database = await createDatabase('sqlite');
    const app = await createTestApp({ database: database.url, variables: { SIGN_IN: 'token' } });
    try {
      const account = await activeAccount(app);
      const tokens = bodyOf(await app.post('/user/signin/', account));
      expect(await statusOf(app, tokens.access_token)).toBe(200);
      expect((await app.post('/user/signin/', { ...account, password: 'wrong' })).status).toBe(401);
      const { paths } = JSON.parse((await app.send('/schema/')).text);
      const { schema } = paths['/user/signin/'].post.responses['200'].content['application/json'];
      expect(schema).toEqual({ $ref: '#/components/schemas/TokenView' });
    } finally {
      await app.close();
      await database.destroy();
    }
  });
});
