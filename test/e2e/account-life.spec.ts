/**
 * What people do with an account by the mails that they read.
 * Real: the app, the notification service with its folder, both databases. Fake: the clock, where a test moves it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { mailsTo } from '../support/account-mails.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { MailService } from '../support/mail-service.js';
import { MovedClock } from '../support/moved-clock.js';
import { signedIn, signIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

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
  const rows = (sql: string) => app.get(DataSource).query<Record<string, string>[]>(sql);

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

    it('activates the account with ACTIVATION=mail, where the password does not', async () => {
      const own = await createDatabase(kind);
      const variables = { NOTIFICATION_SERVICE_URL: mails.url, ACTIVATION: 'mail' };
      const byMail = await createTestApp({ database: own.url, variables });
      try {
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
      } finally {
        await byMail.close();
        await own.destroy();
      }
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

    it('lets the owner in while an attacker guesses, and opens a locked account', async () => {
      const { account } = await signedIn(app);
      const guess = async () => (await app.post('/user/signin/', { ...account, password: 'wrong' })).status;
      while ((await guess()) !== 429);
      const { token } = await forget(account.email);
      const replaced = await app.post('/user/password/reset/', { token, password: 'a new one' });
      expect(replaced.status).toBe(200);
      while ((await guess()) !== 429);
      const [cookie = ''] = replaced.headers.getSetCookie();
      const headers = { Cookie: cookie.split(';')[0]! };
      expect((await app.post('/session/', { ...account, password: 'a new one' }, headers)).status).toBe(200);
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

  it.each(['verify', 'reset'])(
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
