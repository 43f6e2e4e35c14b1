/**
 * Refresh tokens: used once, repeatable for a moment, and what happens when two clients have the same one.
 * Real: the app, the databases, sockets, the courier. Fake: the clock, where a test moves it; the notification service,
 * which takes every mail.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { FakeService } from '../../testing/index.js';
import { databaseKinds } from '../support/databases.js';
import { expectEnvelope } from '../support/envelopes.js';
import { MovedClock } from '../support/moved-clock.js';
import { bodyOf, claimsOf, refresh, signedIn, signIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const second = 1_000;

describe.each(databaseKinds)('A refresh token on %s', (kind) => {
  const database = useDatabase(kind);
  let service: FakeService;
  let app: TestApp;
  let clock: MovedClock;
  beforeAll(async () => {
    service = await FakeService.start();
    app = await createTestApp({
      database: database.url,
      variables: { NOTIFICATION_SERVICE_URL: service.url },
    });
  });
  afterAll(async () => {
    await app.close();
    await service.stop();
  });
  beforeEach(() => {
    clock = new MovedClock();
  });
  afterEach(() => clock.restore());

  const next = async (token: string) => bodyOf(await refresh(app, token)).refresh_token;
  const expectRefused = async (token: string) => {
    const response = await refresh(app, token);
    expectEnvelope(response, 401, 'Unauthorized');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  };
  const isLive = async (accessToken: string) => (await statusOf(app, accessToken)) === 200;
  const mailsTo = (email: string) =>
    service.received.filter(
      ({ path, body }) => path.includes('session-reuse') && JSON.stringify(body).includes(email),
    );

  it('returns the next tokens of the same session, with the same sign-in time', async () => {
    const { tokens } = await signedIn(app);
    clock.move(5 * second);
    const response = await refresh(app, tokens.refresh_token);

    expect(response.headers.get('cache-control')).toBe('no-store');
    const renewed = bodyOf(response);
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect(renewed.session_id).toBe(tokens.session_id);
    const [before, after] = [claimsOf(tokens.access_token), claimsOf(renewed.access_token)];
    for (const claim of ['sub', 'sid', 'auth_time', 'iss', 'aud'])
      expect([claim, after[claim]]).toEqual([claim, before[claim]]);
    expect(Number(after['iat']) - Number(before['iat'])).toBeGreaterThanOrEqual(5);
    expect(await isLive(renewed.access_token)).toBe(true);
  });

  it('returns the same successor when it is repeated within 30 seconds of its first use', async () => {
    const { tokens } = await signedIn(app);
    const successor = await next(tokens.refresh_token);
    clock.move(29 * second);
    expect(await next(tokens.refresh_token)).toBe(successor);
    expect(await next(successor)).not.toBe(successor);
  });

  it('returns the same successor to 20 concurrent callers', async () => {
    const { tokens } = await signedIn(app);
    const responses = await Promise.all(Array.from({ length: 20 }, () => next(tokens.refresh_token)));
    expect(new Set(responses).size).toBe(1);
    await next(responses[0]!);
  });

  it('counts the 30 seconds from its first use, not from the last', async () => {
    const { tokens } = await signedIn(app);
    const successor = await next(tokens.refresh_token);
    clock.move(20 * second);
    expect(await next(tokens.refresh_token)).toBe(successor);
    clock.move(11 * second);
    await expectRefused(tokens.refresh_token);
    expect(await isLive(tokens.access_token)).toBe(false);
  });

  it('ends only its own session when it is used again later; one mail informs the account', async () => {
    const { account, tokens } = await signedIn(app);
    const other = await signIn(app, account);
    const successor = await next(tokens.refresh_token);
    clock.move(31 * second);
    await expectRefused(tokens.refresh_token);

    await expectRefused(successor);
    await expectRefused(tokens.refresh_token);
    expect(await isLive(tokens.access_token)).toBe(false);
    expect(await isLive(other.access_token)).toBe(true);
    const [row] = await app
      .get(DataSource)
      .query(`SELECT end_reason FROM session WHERE id = '${tokens.session_id}'`);
    expect(row).toEqual({ end_reason: 'reused' });
    await until('the mail is delivered', () => mailsTo(account.email).length > 0);
    expect(mailsTo(account.email)).toHaveLength(1);
    const [mail] = mailsTo(account.email);
    expect(mail!.body).toEqual({ email: account.email, name: account.name });
  });

  it('ends its session when it is older than the previous one, however soon', async () => {
    const { tokens } = await signedIn(app);
    const second = await next(tokens.refresh_token);
    const third = await next(second);
    const fourth = await next(third);
    await expectRefused(tokens.refresh_token);
    await expectRefused(fourth);
  });

  it('never branches: the previous one returns its own successor', async () => {
    const { tokens } = await signedIn(app);
    const second = await next(tokens.refresh_token);
    const third = await next(second);
    expect(await next(tokens.refresh_token)).toBe(second);
    expect(await next(second)).toBe(third);
  });

  it('sends no mail about a requested end', async () => {
    const { account, tokens, headers } = await signedIn(app);
    await app.send('/session/', { method: 'DELETE', headers });
    await expectRefused(tokens.refresh_token);
    const [row] = await app.get(DataSource)
      .query(`SELECT count(*) AS count FROM outbox_message WHERE topic = 'notification.session-reuse'
        AND payload LIKE '%${account.email}%'`);
    expect(Number(row.count)).toBe(0);
  });

  it.each([['x'], ['q3Vt0Zy1m5dH2sX8cLr7eWb9uKf4nGaP6jToIiRxYvE'], ['☃'], [' ']])(
    'that is %j, which was never issued, is refused',
    expectRefused,
  );

  it.each([[undefined], [7], [''], [null], ['x'.repeat(1_000)]])(
    'that is %p is a field error',
    async (token) => {
      const response = await app.post('/session/refresh/', { refresh_token: token });
      expect(response.status).toBe(400);
      expect(JSON.parse(response.text).detail).toHaveProperty('refresh_token');
    },
  );

  it('is not an access token, nor vice versa', async () => {
    const { tokens } = await signedIn(app);
    expect(await isLive(tokens.refresh_token)).toBe(false);
    expect((await refresh(app, tokens.access_token)).status).toBeGreaterThanOrEqual(400);
  });

  it('returns the current permissions for other services', async () => {
    const { tokens } = await signedIn(app);
    const { sub } = claimsOf(tokens.access_token);
    await app
      .get(DataSource)
      .query(
        `INSERT INTO account_permission (account_id, name, granted_at) VALUES ('${String(sub)}', 'a:b', 1)`,
      );
    const { access_token: renewed } = bodyOf(await refresh(app, tokens.refresh_token));
    expect(claimsOf(renewed)['permissions']).toEqual(['a:b']);
  });
});
