/**
 * Fifty concurrent creates of one account, over HTTP.
 * Real: the app, the databases, Argon2id (with little memory). Fake: nothing; the notification service is out of reach.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { databaseKinds } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };

describe.each(databaseKinds)('the account routes on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let app: TestApp;

  beforeEach(async () => {
    app = await createTestApp({ database: database.url });
  });
  afterEach(() => app.close());

  it('answer 200 to fifty concurrent creates of one e-mail, which leave one user and one message', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => app.post('/user/', john)));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const dataSource = app.get(DataSource);
    expect(await dataSource.getRepository('user').count()).toBe(1);
    expect(await dataSource.getRepository('outbox_message').count()).toBe(1);
  });
});
