/**
 * What people do with an account by the mails that they read.
 * Real: the app, the notification service with its folder, both databases. Fake: the clock, where a test moves it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { DatabaseCountStore } from '../../src/ddd/limit/index.js';
import { declaredConsumers } from '../../src/ddd/outbox/index.js';
import { MailSeal } from '../../src/modules/notification/index.js';
import { AccountMaintenance, RegisterWorker, UserRepository } from '../../src/modules/user/index.js';
import { MailTokens } from '../../src/resource/user/mailbox/mail-tokens.service.js';
import { EmailChangeRequestHandler } from '../../src/resource/user/me/email-change-request.handler.js';
import { mailsTo } from '../support/account-mails.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { MailService } from '../support/mail-service.js';
import { MovedClock } from '../support/moved-clock.js';
import { hasPostgresTools, postgresDump } from '../support/postgres-tools.js';
import { activeAccount, bearer, signedIn, signIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const minute = 60_000;
const day = 24 * 60 * minute;
const verification = /^Confirm your e-mail address/;
const forgotten = /^A new password/;
const changed = /^Your password .* was changed/;
const refusedDetail = 'The token or code is wrong, used or expired';

let mails: MailService;
beforeAll(async () => {
  mails = await MailService.start({ PUBLIC_URL: 'https://accounts.example.com', SERVICE_NAME: 'Example' });
});
afterAll(() => mails.remove());

describe.each(databaseKinds)('On %s', (kind) => {
  let database: TestDatabase;
  let app: TestApp;
  let clock: MovedClock | undefined;
  beforeAll(async () => {
    database = await createDatabase(kind);
    const variables = { NOTIFICATION_SERVICE_URL: mails.url, MAILS_PER_HOUR: '5' };
    app = await createTestApp({ database: database.url, variables });
  });
  afterEach(() => {
    clock?.restore();
    clock = undefined;
  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

  const signedUp = async () => {
    const account = newAccount();
    await app.post('/user/', account);
    return account;
  };
  const requested = async (path: string, email: string, subject: RegExp, nth = 1) => {
    expect((await app.post(path, { email })).status).toBe(202);
    return (await mailsTo(mails, email, subject, nth))[nth - 1]!;
  };
  const verify = (email: string, nth = 1) => requested('/user/verification/', email, verification, nth);
  const forget = (email: string, nth = 1) => requested('/user/password/forgotten/', email, forgotten, nth);
  const confirm = async (proof: object, program = app) =>
    (await program.post('/user/verification/confirm/', proof)).status;
  const reset = async (proof: object) => (await app.post('/user/password/reset/', proof)).status;
  /** With another program, on a database of its own. */
  const withSettings = async (settings: Record<string, string>, work: (other: TestApp) => Promise<void>) => {
    const own = await createDatabase(kind);
    const variables = { NOTIFICATION_SERVICE_URL: mails.url, ...settings };
    const other = await createTestApp({ database: own.url, variables });
    try {
      await work(other);
    } finally {
      await other.close();
      await own.destroy();
    }
  };
  const rows = (sql: string) => app.get(DataSource).query<Record<string, string>[]>(sql);

  it('has the effect of each request once, however often that is delivered', () => {
    const requests = declaredConsumers(app.get(DiscoveryService)).filter(({ topic }) =>
      topic.startsWith('user.'),
    );
    expect(requests).not.toEqual([]);
    expect(requests.filter(({ exactlyOnce }) => !exactlyOnce)).toEqual([]);
  });

  describe('a mailbox', () => {
    it('is proven once by the link of the mail, which begins with PUBLIC_URL', async () => {
      const { email } = await signedUp();
      const { token, code, text, html } = await verify(email);
      expect(text).toContain(`https://accounts.example.com/account/verify/#token=${token}\n`);
      expect(html).toContain(`href="https://accounts.example.com/account/verify/#token=${token}"`);
      expect(html).toContain(code);
      expect([await confirm({ token }), await confirm({ token })]).toEqual([200, 400]);
      expect(await confirm({ email, code })).toBe(400);
    });

    it('is proven by the code within five tries', async () => {
      const [fifth, sixth] = [await signedUp(), await signedUp()];
      const codes = [await verify(fifth.email), await verify(sixth.email)].map(({ code }) => code);
      const wrong = (code: string) => (code === '000000' ? '111111' : '000000');
      for (const [{ email }, code, failures] of [
        [fifth, codes[0]!, 4],
        [sixth, codes[1]!, 5],
      ] as const)
        for (let nth = 0; nth < failures; nth++)
          expect(await confirm({ email, code: wrong(code) })).toBe(400);
      expect(await confirm({ email: fifth.email, code: codes[0] })).toBe(200);
      expect(await confirm({ email: sixth.email, code: codes[1] })).toBe(400);
      const { code } = await verify(sixth.email, 2);
      expect(await confirm({ email: sixth.email, code })).toBe(200);
    });

    it('is proven by the code for 15 minutes and by the link for seven days', async () => {
      const { email } = await signedUp();
      const late = await signedUp();
      const { token, code } = await verify(email);
      const { token: lateToken } = await verify(late.email);
      clock = new MovedClock();
      clock.move(15 * minute + 1_000);
      expect(await confirm({ email, code })).toBe(400);
      clock.move(7 * day - 16 * minute);
      expect(await confirm({ token })).toBe(200);
      clock.move(2 * minute);
      expect(await confirm({ token: lateToken })).toBe(400);
    });

    it('is proven by the code of the newest mail only', async () => {
      const { email } = await signedUp();
      const first = await verify(email);
      const second = await verify(email, 2);
      if (first.code !== second.code) expect(await confirm({ email, code: first.code })).toBe(400);
      expect(await confirm({ email, code: second.code })).toBe(200);
    });

    it('is not proven by a token for another purpose, or by nonsense', async () => {
      const { email } = await signedUp();
      const { token } = await forget(email);
      for (const one of [token, `${token}x`, token.slice(0, 22), 'x', 'ü\u0000'])
        expect(await confirm({ token: one })).toBe(400);
      const missing = await app.post('/user/verification/confirm/', {});
      expect(JSON.parse(missing.text)).toMatchObject({ detail: { token: { type: 'missing' } } });
      const codeless = await app.post('/user/verification/confirm/', { email });
      expect(JSON.parse(codeless.text)).toMatchObject({ detail: { code: { type: 'missing' } } });
    });

    it('is answered alike when it signs up again, where privacy is strict, and the history of its account tells of it', async () => {
      await withSettings({ ACCOUNT_PRIVACY: 'strict' }, async (strict) => {
        const account = newAccount();
        const signUp = async () => {
          const { status, text } = await strict.post('/user/', account);
          return { status, text };
        };
        expect(await signUp()).toEqual(await signUp());
        const told = `SELECT e.kind FROM account_event e JOIN "user" u ON u.id = e.account_id
          WHERE u.email = '${account.email}' AND e.kind = 'sign-up-repeated'`;
        await until('the history tells of it', async () => {
          return (await strict.get(DataSource).query<unknown[]>(told)).length === 1;
        });
        expect(await mailsTo(mails, account.email, /./)).toHaveLength(1);
      });
    });

    it('activates the account with ACTIVATION=mail, where the password does not', async () => {
      await withSettings({ ACTIVATION: 'mail' }, async (byMail) => {
        const account = newAccount();
        await byMail.post('/user/', account);
        for (const path of ['/user/activate/', '/user/signin/', '/session/']) {
          const { status, text } = await byMail.post(path, account);
          expect([status, JSON.parse(text)]).toMatchObject([
            400,
            { detail: 'User must be activated via /user/verification/' },
          ]);
        }
        await byMail.post('/user/verification/', account);
        const [mail] = await mailsTo(mails, account.email, verification);
        expect(await confirm({ token: mail?.token }, byMail)).toBe(200);
        expect((await byMail.post('/user/signin/', account)).status).toBe(200);
      });
    });
  });

  describe('a forgotten password', () => {
    it('is replaced once, which ends every session and tells the account', async () => {
      const { account, tokens } = await signedIn(app);
      const { token } = await forget(account.email);
      const password = 'a new one';
      expect([await reset({ token, password }), await reset({ token, password })]).toEqual([200, 400]);
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect((await app.post('/user/signin/', account)).status).toBe(401);
      await signIn(app, { ...account, password });
      await mailsTo(mails, account.email, changed);
    });

    it('is replaced by the code, for 30 minutes, in which the link lives too', async () => {
      const [early, late] = [await signedUp(), await signedUp()];
      const { code } = await forget(early.email);
      const { token, code: lateCode } = await forget(late.email);
      expect(await reset({ email: early.email, code, password: 'short' })).toBe(400);
      expect(await reset({ email: early.email, code, password: 'a new one' })).toBe(200);
      clock = new MovedClock();
      clock.move(30 * minute + 1_000);
      expect(await reset({ token, password: 'a new one' })).toBe(400);
      expect(await reset({ email: late.email, code: lateCode, password: 'a new one' })).toBe(400);
    });

    it('is not replaced by the token of an earlier request, or of an earlier password', async () => {
      const { email } = await signedUp();
      const first = await forget(email);
      const second = await forget(email, 2);
      expect(await reset({ token: first.token, password: 'a new one' })).toBe(400);
      await rows(`UPDATE "user" SET password = 'another' WHERE email = '${email}'`);
      expect(await reset({ token: second.token, password: 'a new one' })).toBe(400);
    });

    it('lets the owner in while an attacker guesses, ends every session, and its token is useless then', async () => {
      const { account, tokens } = await signedIn(app);
      const guess = async () => (await app.post('/user/signin/', { ...account, password: 'wrong' })).status;
      while ((await guess()) !== 429);
      const { token } = await forget(account.email);
      const replaced = await app.post('/user/password/reset/', { token, password: 'a new one' });
      expect(replaced.status).toBe(200);
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect(await reset({ token, password: 'that of the attacker' })).toBe(400);
      while ((await guess()) !== 429);
      const [cookie = ''] = replaced.headers.getSetCookie();
      const headers = { Cookie: cookie.split(';')[0]! };
      expect((await app.post('/session/', { ...account, password: 'a new one' }, headers)).status).toBe(200);
    });

    it('is replaced although a hundred wrong ones have locked the account, which opens it', async () => {
      const account = await signedUp();
      await app.post('/user/activate/', account);
      const guess = () => app.post('/user/signin/', { ...account, password: 'wrong' });
      expect((await guess()).status).toBe(401);
      const key = app.get(DatabaseCountStore).hash('guesses', account.email);
      await rows(`UPDATE limit_count SET count = 100, expires_at = NULL WHERE key = '${key}'`);
      expect((await app.post('/user/signin/', account)).status).toBe(429);
      const { token } = await forget(account.email);
      expect(await reset({ token, password: 'a new one' })).toBe(200);
      expect((await app.post('/user/signin/', { ...account, password: 'a new one' })).status).toBe(200);
    });

    it('is answered alike for an address without an account, which gets no mail', async () => {
      const { email } = newAccount();
      for (const path of ['/user/verification/', '/user/password/forgotten/']) {
        const [unknown, known] = [await app.post(path, { email }), await app.post(path, await signedUp())];
        expect([unknown.status, unknown.text]).toEqual([202, known.text]);
      }
      expect(await confirm({ email, code: '123456' })).toBe(400);
      const { text } = await app.post('/user/password/reset/', { email, code: '123456', password: '123456' });
      expect(JSON.parse(text)).toMatchObject({ detail: refusedDetail });
      await verify((await signedUp()).email);
      expect((await mails.mails()).join()).not.toContain(email);
    });

    it('has its tries of a code renewed by a request, also for an address without an account', async () => {
      const { email } = newAccount();
      const tries = async () => (await app.get(DatabaseCountStore).read('reset-codes', email))?.count ?? 0;
      expect(await reset({ email, code: '123456', password: 'a new one' })).toBe(400);
      expect(await tries()).toBe(1);
      expect((await app.post('/user/password/forgotten/', { email })).status).toBe(202);
      await until('the tries are renewed', async () => (await tries()) === 0);
    });
  });

  describe('the account of a caller', () => {
    const me = (headers: Record<string, string>, method: string, body?: object, path = '/user/me/') =>
      app.send(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });

    it('gets another name, and of eight changes of one ETag, one', async () => {
      const { headers } = await signedIn(app);
      const tag = (await me(headers, 'GET')).headers.get('etag')!;
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, nth) =>
          me({ ...headers, 'If-Match': tag }, 'PATCH', { surname: `Doe ${nth}` }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
      const changed = answers.find(({ status }) => status === 200)!;
      const shown = await me(headers, 'GET');
      expect([shown.text, shown.headers.get('etag')]).toEqual([changed.text, changed.headers.get('etag')]);
      expect((await me(headers, 'PATCH', { name: 'Johnny' })).text).toContain('"name":"Johnny"');
      expect((await me(headers, 'PATCH', {})).status).toBe(200);
      for (const name of ['', null, 5]) expect((await me(headers, 'PATCH', { name })).status).toBe(400);
    });

    it('gets another password, which ends the other sessions and tells the account', async () => {
      const { account, tokens, headers } = await signedIn(app);
      const other = await signIn(app, account);
      const { token } = await forget(account.email);
      const change = (password: string, newPassword: string) =>
        me(headers, 'POST', { password, new_password: newPassword }, '/user/me/password/');
      expect((await change('wrong', 'a new one')).status).toBe(401);
      const short = await change(account.password, 'short');
      expect([short.status, Object.keys(JSON.parse(short.text).detail)]).toEqual([400, ['new_password']]);
      expect((await change(account.password, 'a new one')).status).toBe(204);
      expect(await statusOf(app, tokens.access_token)).toBe(200);
      expect(await statusOf(app, other.access_token)).toBe(401);
      expect((await app.post('/user/signin/', account)).status).toBe(401);
      expect(await reset({ token, password: 'another' })).toBe(400);
      await signIn(app, { ...account, password: 'a new one' });
      await mailsTo(mails, account.email, changed);
    });

    it('is told of each change, however many there are in an hour', async () => {
      const { account, headers } = await signedIn(app);
      const passwords = Array.from({ length: 7 }, (_, nth) => `password ${nth}`);
      let password = account.password;
      for (const next of passwords) {
        const change = { password, new_password: next };
        expect((await me(headers, 'POST', change, '/user/me/password/')).status).toBe(204);
        password = next;
      }
      await mailsTo(mails, account.email, changed, passwords.length);
    });

    it('agrees by the last mail, when the new address has had enough mails', async () => {
      const { account, headers } = await signedIn(app);
      const { email } = newAccount();
      for (let nth = 0; nth < 7; nth++) {
        const wish = { email, password: account.password };
        expect((await me(headers, 'POST', wish, '/user/me/email/')).status).toBe(202);
      }
      const asked = await mailsTo(mails, email, /^Your new e-mail address/, 5);
      const statuses = [];
      for (const { token } of asked)
        statuses.push((await me(headers, 'POST', { token }, '/user/me/email/confirm/')).status);
      expect(statuses.sort()).toEqual([200, 400, 400, 400, 400]);
    });

    it('gets another address within a day, and its old one back within seven', async () => {
      const issued = async (purpose: 'email-change' | 'email-undo') => {
        const account = await activeAccount(app);
        const { token } = await app.get(RegisterWorker).run(async (repositories) => {
          const user = await repositories.user.retrieve({ email: account.email });
          return app.get(MailTokens).issue(purpose, user, repositories, newAccount().email);
        });
        return { account, token };
      };
      const confirm = async ({ account, token }: Awaited<ReturnType<typeof issued>>) => {
        const headers = bearer((await signIn(app, account)).access_token);
        return (await me(headers, 'POST', { token }, '/user/me/email/confirm/')).status;
      };
      const undo = async ({ token }: Awaited<ReturnType<typeof issued>>) =>
        (await app.post('/user/email/undo/', { token })).status;
      const changes = [await issued('email-change'), await issued('email-change')];
      const undos = [await issued('email-undo'), await issued('email-undo')];
      clock = new MovedClock();
      clock.move(day - minute);
      expect(await confirm(changes[0]!)).toBe(200);
      clock.move(2 * minute);
      expect(await confirm(changes[1]!)).toBe(400);
      clock.move(6 * day - 2 * minute);
      expect(await undo(undos[0]!)).toBe(200);
      clock.move(2 * minute);
      expect(await undo(undos[1]!)).toBe(400);
    });

    it('learns from no export whether an address that it asked for is taken', async () => {
      const { account: holder } = await signedIn(app);
      const topicsAfterAsking = async (email: string, subject: RegExp) => {
        const { account, headers } = await signedIn(app);
        const wish = { email, password: account.password };
        expect((await me(headers, 'POST', wish, '/user/me/email/')).status).toBe(202);
        await mailsTo(mails, email, subject);
        const { messages } = JSON.parse((await me(headers, 'GET', undefined, '/user/me/export/')).text);
        return (messages as { topic: string }[]).map(({ topic }) => topic).sort();
      };
      const free = await topicsAfterAsking(newAccount().email, /^Your new e-mail address/);
      expect(free).toEqual(['notification.email-change-requested', 'notification.welcome']);
      expect(await topicsAfterAsking(holder.email, /^Someone tried to use/)).toEqual(free);
    });

    it('is not offered to an address that was asked for before its password changed', async () => {
      const { email: own } = await signedUp();
      const [{ id: accountId = '' } = {}] = await rows(`SELECT id FROM "user" WHERE email = '${own}'`);
      const sealedEmail = app.get(MailSeal).seal(newAccount().email);
      const request = { accountId, boundTo: 'another state', sealedEmail };
      await app.get(EmailChangeRequestHandler).deliver(request);
      expect(await rows(`SELECT id FROM mail_token WHERE account_id = '${accountId}'`)).toEqual([]);
    });

    it('gets another address once that agrees, and its old one back', async () => {
      const { account, headers } = await signedIn(app);
      const stranger = await signedIn(app);
      const { email } = newAccount();
      const ask = (address: string, password = account.password) =>
        me(headers, 'POST', { email: address, password }, '/user/me/email/');
      const agree = (token: string, caller = headers) =>
        me(caller, 'POST', { token }, '/user/me/email/confirm/');
      expect((await ask(email, 'wrong')).status).toBe(401);
      const [free, taken] = [await ask(email), await ask(stranger.account.email)];
      expect([free.status, free.text]).toEqual([202, taken.text]);
      await mailsTo(mails, stranger.account.email, /^Someone tried to use/);
      await mailsTo(mails, account.email, /is about to change$/, 2);
      const [asked] = await mailsTo(mails, email, /^Your new e-mail address/);
      expect((await agree(asked!.token, stranger.headers)).status).toBe(400);
      expect((await agree(asked!.token)).status).toBe(200);
      expect((await me(headers, 'GET')).text).toContain(email);
      await mailsTo(mails, email, /was changed$/);
      const [undo] = await mailsTo(mails, account.email, /was replaced$/);

      // An attacker changes the address once more; the first one still gets the account back.
      const { email: another } = newAccount();
      expect((await ask(another)).status).toBe(202);
      const [again] = await mailsTo(mails, another, /^Your new e-mail address/);
      expect((await agree(again!.token)).status).toBe(200);
      const [later] = await mailsTo(mails, email, /was replaced$/);
      const restore = async (token: string) => (await app.post('/user/email/undo/', { token })).status;
      expect([await restore(undo!.token), await restore(undo!.token)]).toEqual([200, 400]);
      expect(await restore(later!.token)).toBe(400);
      expect((await me(headers, 'GET')).status).toBe(401);
      await signIn(app, account);
      await mailsTo(mails, account.email, /is back$/);
    });
  });

  describe('of eight requests at once', () => {
    const statuses = async (send: () => Promise<{ readonly status: number }>) =>
      (await Promise.all(Array.from({ length: 8 }, send))).map(({ status }) => status).sort();
    const one = (success: number, others: number) => [success, ...Array<number>(7).fill(others)];
    const mine = (headers: Record<string, string>, method: string, path: string, body: object) =>
      app.send(`/user/me/${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const events = async (email: string, event: string) =>
      rows(`SELECT a.seq FROM account_event a JOIN "user" u ON u.id = a.account_id
        WHERE u.email = '${email}' AND a.kind = '${event}'`);

    it('one proves a mailbox', async () => {
      const { email } = await signedUp();
      const { token } = await verify(email);
      const confirmed = await statuses(() => app.post('/user/verification/confirm/', { token }));
      expect(confirmed).toEqual(one(200, 400));
      expect(await events(email, 'proven')).toHaveLength(1);
    });

    it.each(['token', 'code'] as const)('one replaces a forgotten password by a %s', async (by) => {
      const { email } = await signedUp();
      const { token, code } = await forget(email);
      const proof = by === 'token' ? { token } : { email, code };
      const replaced = await statuses(() =>
        app.post('/user/password/reset/', { ...proof, password: 'a new one' }),
      );
      expect(replaced).toEqual(one(200, 400));
      expect(await events(email, 'password-reset')).toHaveLength(1);
    });

    it('one replaces a password', async () => {
      const { account, headers } = await signedIn(app);
      const replaced = await statuses(() =>
        mine(headers, 'POST', 'password/', { password: account.password, new_password: 'a new one' }),
      );
      expect(replaced.filter((status) => status === 204)).toHaveLength(1);
      expect(replaced.filter((status) => ![204, 401, 429].includes(status))).toEqual([]);
      expect(await events(account.email, 'password-changed')).toHaveLength(1);
    });

    it('one gives an account its new address, and one the old one back', async () => {
      const { account, headers } = await signedIn(app);
      const { email } = newAccount();
      await mine(headers, 'POST', 'email/', { email, password: account.password });
      const [asked] = await mailsTo(mails, email, /^Your new e-mail address/);
      const { token } = asked!;
      expect(await statuses(() => mine(headers, 'POST', 'email/confirm/', { token }))).toEqual(one(200, 400));
      const [undo] = await mailsTo(mails, account.email, /was replaced$/);
      const restored = await statuses(() => app.post('/user/email/undo/', { token: undo!.token }));
      expect(restored).toEqual(one(200, 400));
      expect(await events(account.email, 'email-restored')).toHaveLength(1);
    });

    it('one gets an address that eight accounts asked for', async () => {
      const { email } = newAccount();
      const asking = await Promise.all(Array.from({ length: 8 }, () => signedIn(app)));
      const tokens = await app.get(RegisterWorker).run((repositories) =>
        Promise.all(
          asking.map(async ({ account }) => {
            const user = await repositories.user.retrieve({ email: account.email });
            return app.get(MailTokens).issue('email-change', user, repositories, email);
          }),
        ),
      );
      const callers = asking.map(({ headers }, nth) => ({ headers, ...tokens[nth]! }));
      const confirmed = await statuses(() => {
        const { headers, token } = callers.pop()!;
        return mine(headers, 'POST', 'email/confirm/', { token });
      });
      expect(confirmed).toEqual(one(200, 400));
    });

    it('one erases an account', async () => {
      const { account, headers } = await signedIn(app);
      const others = ['/user/me/', '/user/me/export/'].map((path) => app.send(path, { headers }));
      const erased = await statuses(() => mine(headers, 'DELETE', '', { password: account.password }));
      expect(erased).toEqual(one(204, 401));
      for (const { status } of await Promise.all(others)) expect([200, 401]).toContain(status);
    });
  });

  const canDump = kind === 'postgres' && hasPostgresTools('the search for an erased account in a dump');

  /** Everything that is stored, as a thief of the files or of a dump would see it. */
  async function storedContent(): Promise<string> {
    if (kind === 'sqlite') {
      const file = database.url.slice('sqlite:'.length);
      return [file, `${file}-wal`].map((path) => readFileSync(path, 'latin1')).join('');
    }
    if (canDump) return postgresDump(database.url);
    const tables = await rows(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const contents = await Promise.all(
      tables.map(({ table_name: name }) => rows(`SELECT t::text AS content FROM "${name}" t`)),
    );
    return JSON.stringify(contents);
  }

  it('keeps the history of an account for a year, and tokens as long as they are good', async () => {
    const { email } = await signedUp();
    await verify(email);
    const [{ id } = {}] = await rows(`SELECT id FROM "user" WHERE email = '${email}'`);
    const kept = async () => {
      await app.get(AccountMaintenance).run();
      const of = (table: string) => rows(`SELECT account_id FROM ${table} WHERE account_id = '${id}'`);
      return [(await of('mail_token')).length, (await of('account_event')).length];
    };
    expect(await kept()).toEqual([1, 1]);
    clock = new MovedClock();
    clock.move(8 * day);
    expect(await kept()).toEqual([0, 1]);
    clock.move(356 * day);
    expect(await kept()).toEqual([0, 1]);
    clock.move(2 * day);
    expect(await kept()).toEqual([0, 0]);
  });

  describe('an account that is done with', () => {
    it('is exported with everything that is stored about it, except hashes', async () => {
      const { account, tokens, headers } = await signedIn(app);
      const { status, text } = await app.send('/user/me/export/', { headers });
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        profile: { email: account.email, name: 'John', surname: 'Doe', active: true },
        sessions: [{ id: tokens.session_id, client: expect.any(String) }],
        permissions: [],
        history: [
          { event: 'created', by: 'person' },
          { event: 'activated' },
          { event: 'signed-in' },
          { event: 'exported' },
        ],
        messages: [{ topic: 'notification.welcome', created_at: expect.any(String) }],
      });
      expect(text).not.toMatch(/argon2|hash/);
    });

    /** Enough for the pages of a table and of its indexes to split. */
    const others = () =>
      app
        .get(UserRepository)
        .create(Array.from({ length: 100 }, () => ({ ...newAccount(), id: randomUUID(), active: false })));

    it('is erased: no file, table, log or kept mail holds its address, its names or a hash', async () => {
      await others();
      const account = { ...newAccount(), name: `Zebulon ${kind}`, surname: `Quagmire ${kind}` };
      const key = `"${account.email.slice(5, 41)}"`;
      expect((await app.post('/user/', account, { 'Idempotency-Key': key })).status).toBe(200);
      await others();
      await app.post('/user/activate/', account);
      const tokens = await signIn(app, account);
      const { token } = await verify(account.email);
      await mailsTo(mails, account.email, /^Welcome/);
      // The search finds what is there.
      expect(await storedContent()).toContain(account.email);
      expect(await mails.folderContent()).toContain(account.email);
      const [{ id, password } = {}] = await rows(
        `SELECT id, password FROM "user" WHERE email = '${account.email}'`,
      );
      const erase = (given: string) =>
        app.send('/user/me/', {
          method: 'DELETE',
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens.access_token}` },
          body: JSON.stringify({ password: given }),
        });
      expect((await erase('wrong')).status).toBe(401);
      expect((await erase(account.password)).status).toBe(204);

      await until(
        'the kept mails are deleted',
        async () => !(await mails.mails()).join().includes(account.email),
      );
      const places = {
        database: await storedContent(),
        log: app.logText() + mails.log(),
        'folder of the mails': await mails.folderContent(),
      };
      for (const [place, content] of Object.entries(places))
        for (const secret of [account.email, account.name, account.surname, password!, token.slice(22)])
          expect([place, secret, content.includes(secret)]).toEqual([place, secret, false]);

      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expect((await app.post('/user/signin/', account)).status).toBe(404);
      expect(await confirm({ token })).toBe(400);
      const history = await rows(`SELECT kind FROM account_event WHERE account_id = '${id}' ORDER BY seq`);
      expect(history.map((event) => event['kind'])).toEqual(expect.arrayContaining(['created', 'erased']));
      expect((await app.post('/user/', account)).status).toBe(200);
      expect((await app.post('/user/activate/', account)).status).toBe(200);
    });

    it('is erased with the copies of its mails for consumers of other programs', async () => {
      const account = await signedUp();
      await app.post('/user/activate/', account);
      const { access_token: token } = await signIn(app, account);
      const copies = () =>
        rows(`SELECT state, payload FROM outbox_message WHERE topic = 'notification.verification#audit'`);
      await rows(`INSERT INTO outbox_subscription (topic, consumer, since)
        VALUES ('notification.verification', 'audit', 0)`);
      await verify(account.email).finally(() =>
        rows("DELETE FROM outbox_subscription WHERE consumer = 'audit'"),
      );
      expect(await copies()).toMatchObject([{ state: 'pending', payload: expect.any(String) }]);
      const { status } = await app.send('/user/me/', {
        method: 'DELETE',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ password: account.password }),
      });
      expect(status).toBe(204);
      expect(await copies()).toEqual([{ state: 'discarded', payload: null }]);
    });
  });

  it('the commands of docs/guide/accounts.md prove a mailbox and replace a password', async () => {
    const account = await signedUp();
    const guide = readFileSync('docs/guide/accounts.md', 'utf8');
    const commands = [...guide.matchAll(/^curl -X POST localhost:8000(\S+) (.*)$/gm)];
    const statuses: Record<string, number> = {};
    let code = '';
    for (const [, path = '', fields = ''] of commands) {
      const given = [...fields.matchAll(/-d (?:'([^']*)'|(\S+))/g)].map(
        ([, quoted, plain]) => quoted ?? plain,
      );
      const body = new URLSearchParams(given.join('&'));
      body.set('email', account.email);
      if (body.has('code')) body.set('code', code);
      statuses[path] = (await app.send(path, { method: 'POST', body })).status;
      const subject = path === '/user/verification/' ? verification : forgotten;
      if (!body.has('code')) code = (await mailsTo(mails, account.email, subject))[0]!.code;
    }
    expect(statuses).toEqual({
      '/user/verification/': 202,
      '/user/verification/confirm/': 200,
      '/user/password/forgotten/': 202,
      '/user/password/reset/': 200,
    });
  });

  it('stores no token, code or requested address in clear, and no payload once the mail is delivered', async () => {
    const { email } = await signedUp();
    const { token, code } = await verify(email);
    const dump = async () => {
      const tables = ['mail_token', 'outbox_message', 'account_event', 'account_message', 'limit_count'];
      return JSON.stringify(await Promise.all(tables.map((table) => rows(`SELECT * FROM ${table}`))));
    };
    const content = await dump();
    expect(content).not.toContain(token);
    expect(content).not.toContain(token.slice(22));
    expect(content).not.toContain(`"${code}"`);
    const [delivered] = await rows(
      `SELECT payload FROM outbox_message WHERE topic = 'notification.verification' AND state = 'done'`,
    );
    expect(delivered).toEqual({ payload: null });
    expect(app.logText() + mails.log()).not.toContain(token);
  });

  it.each(['verify', 'reset', 'email', 'undo'])(
    'GET /account/%s/ is the page that a link opens, closed to scripts of others',
    async (page) => {
      const { status, headers, text } = await app.send(`/account/${page}/`);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/);
      expect(text).toContain('<form hidden');
      expect((await app.send('/account/other/')).status).toBe(404);
    },
  );
});
