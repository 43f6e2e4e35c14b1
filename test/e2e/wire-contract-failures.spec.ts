/**
 * The rows of the wire contract that need a failing service, or other settings, on the whole app.
 * Real: the app, the databases, the locks that are held, the table that is missing. Fake: the notification service that
 * takes a request and never answers; the hashes that fill the line, which wait for the test instead of computing.
 */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { HashLimiter } from '../../src/modules/user/index.js';
import { newAccount } from '../support/accounts.js';
import { databaseKinds } from '../support/databases.js';
import { expectEnvelope } from '../support/envelopes.js';
import { saturateDatabase, saturateHashing } from '../support/saturation.js';
import { FakeService, hang } from '../../testing/index.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const accountPaths = ['/user/', '/user/signin/', '/user/activate/', '/user/deactivate/'];
const credentialPaths = accountPaths.slice(1);

describe.each(databaseKinds)('The account service on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let app: TestApp;

  const start = async (variables: Record<string, string> = {}) => {
    app = await createTestApp({ database: database.url, variables });
  };
  afterEach(() => app.close());

  it('with ACCOUNT_PRIVACY=strict treats an unknown e-mail like a wrong password, with the same work', async () => {
    await start({ ACCOUNT_PRIVACY: 'strict' });
    const account = newAccount();
    await app.post('/user/', account);
    const hashed = jest.spyOn(app.get(HashLimiter), 'run');
    const queries: string[] = [];
    app.get(DataSource).subscribers.push({ beforeQuery: ({ query }) => void queries.push(query) });
    const worked = async (path: string, body: object) => {
      hashed.mockClear();
      queries.length = 0;
      const { status, headers, text } = await app.post(path, body);
      return {
        status,
        text,
        headers: [...headers.keys()],
        hashes: hashed.mock.calls.length,
        // The courier uses its own tables meanwhile.
        queries: queries.filter((query) => query.includes('"user"')),
      };
    };
    for (const path of credentialPaths) {
      const unknown = await worked(path, { ...newAccount(), password: 'wrong' });
      expect(unknown).toMatchObject({ status: 401, hashes: 1, queries: [expect.stringMatching(/^SELECT/)] });
      expect(await worked(path, { ...account, password: 'wrong' })).toEqual(unknown);
    }
  });

  it('throttles all account routes together, and no others, with 429 and Retry-After', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '4' });
    for (const path of accountPaths) expect((await app.post(path, {})).status).toBe(400);
    for (const path of accountPaths) {
      const response = await app.post(path, newAccount());
      expectEnvelope(response, 429, 'Too Many Requests');
      const wait = Number(response.headers.get('retry-after'));
      expect(wait).toBeGreaterThanOrEqual(1);
      expect(wait).toBeLessThanOrEqual(60);
    }
    expect((await app.send('/')).status).toBe(200);
  });

  it('with a full hash queue answers 503 with Retry-After, and serves again afterwards', async () => {
    await start({ PASSWORD_CONCURRENCY: '1', PASSWORD_QUEUE_LIMIT: '1' });
    const account = newAccount();
    await app.post('/user/', account);
    const release = saturateHashing(app);
    for (const path of accountPaths) {
      const response = await app.post(path, account);
      expectEnvelope(response, 503, 'Service Unavailable');
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    await release();
    expect((await app.post('/user/activate/', account)).status).toBe(200);
  });

  it('with the database saturated answers 503 with Retry-After, and serves again afterwards', async () => {
    await start({ DATABASE_POOL_SIZE: '2' });
    const account = newAccount();
    const release = await saturateDatabase(kind, database, app.get(DataSource));
    const response = await app.post('/user/', account, { 'X-Request-Id': 'saturated' });
    expectEnvelope(response, 503, 'Service Unavailable');
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(lineOf('saturated')).toMatchObject({
      level: 'warn',
      status: 503,
      reason: { cause: expect.anything() },
    });
    await release();
    expect((await app.post('/user/', account)).status).toBe(200);
    expect((await app.post('/user/activate/', account)).status).toBe(200);
  });

  it('while it stops answers 503 with Retry-After and Connection: close', async () => {
    const silent = await FakeService.start(hang);
    await start({ NOTIFICATION_SERVICE_URL: silent.url });
    await app.post('/user/', newAccount());
    await silent.first;
    const closed = app.stop();
    const responses = [await app.send('/'), await app.post('/user/', newAccount())];
    for (const response of responses) {
      expectEnvelope(response, 503, 'Service Unavailable');
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.get('connection')).toBe('close');
    }
    await silent.stop();
    await closed;
  });

  it('answers an unhandled error with 500 and without the cause, which is logged under the id of the request', async () => {
    await start();
    const account = { ...newAccount(), password: 'hunter2-secret' };
    // Not dropped, because tables of a team may refer to it.
    await app.get(DataSource).query('ALTER TABLE "user" RENAME TO gone');
    for (const path of accountPaths) {
      const id = `fault.${path.replaceAll('/', '.')}`;
      const response = await app.post(path, account, { 'X-Request-Id': id });
      expectEnvelope(response, 500, 'Internal Server Error');
      expect(response.headers.get('x-request-id')).toBe(id);
      expect(lineOf(id)).toMatchObject({
        level: 'error',
        path,
        status: 500,
        err: { message: expect.stringMatching(/no such table|does not exist/), stack: expect.any(String) },
      });
    }
    expect(app.logText()).not.toContain(account.password);
    expect(app.logText()).not.toContain(account.email);
    expect(app.logText()).not.toContain('argon2');
  });

  it('logs nothing secret of accepted or refused requests', async () => {
    await start();
    const account = { ...newAccount(), password: 'hunter2-secret', name: 'Rumpelstiltskin' };
    for (const path of ['/user/', '/user/signin/', '/user/activate/', '/user/signin/', '/user/deactivate/'])
      await app.post(`${path}?token=hunter2`, account, { Authorization: 'Bearer hunter2' });
    await app.post('/user/', { ...account, email: 'hunter2' });
    await app.send(`/user/${account.email}`);
    for (const secret of ['hunter2', account.email, account.name, 'argon2'])
      expect(app.logText()).not.toContain(secret);
    expect(app.log().filter(({ msg }) => msg === 'request completed')).toHaveLength(7);
  });

  /** The one line of the log under a request's id. */
  function lineOf(id: string) {
    const lines = app.log().filter((line) => line['id'] === id);
    expect(lines).toHaveLength(1);
    return lines[0];
  }
});
