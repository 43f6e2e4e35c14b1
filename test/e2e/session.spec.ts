/**
 * Sessions over HTTP: tokens, their refreshes, their end.
 * Real: the app, the databases, Argon2id (with little memory), sockets. Fake: nothing; the notification service is out of
 * reach.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

describe.each(databaseKinds)('A session on %s', (kind) => {
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

  const activated = async () => {
    const account = newAccount();
    await app.post('/user/', account);
    await app.post('/user/activate/', account);
    return account;
  };
  const signedIn = async () => {
    const account = await activated();
    const tokens = JSON.parse((await app.post('/session/', account)).text);
    return { account, tokens, headers: { Authorization: `Bearer ${tokens.access_token}` } };
  };

  it('lets its owner in until they sign out', async () => {
    const { account, headers } = await signedIn();

    const me = await app.send('/user/me/', { headers });
    expect([me.status, JSON.parse(me.text)]).toMatchObject([200, { email: account.email, password: '...' }]);
    expect((await app.send('/session/', { method: 'DELETE', headers })).status).toBe(204);
    const refused = await app.send('/user/me/', { headers });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
  });

  it('is over as soon as a deactivation has been answered, and stays so', async () => {
    const { account, headers } = await signedIn();
    expect((await app.post('/user/deactivate/', account)).status).toBe(200);
    expect((await app.send('/user/me/', { headers })).status).toBe(401);
    await app.post('/user/activate/', account);
    expect((await app.send('/user/me/', { headers })).status).toBe(401);
  });
});
