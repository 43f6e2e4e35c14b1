/**
 * The life of an account over HTTP, and fifty creates of one at once.
 * Real: the app, SQLite, Argon2id (with little memory). Fake: nothing; the notification service is out of reach.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { readSettings, Settings } from '../../src/config/settings.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';

const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };

describe.each(databaseKinds)('the account routes on %s', (kind) => {
  let database: TestDatabase;
  let app: NestExpressApplication;

  beforeEach(async () => {
    database = await createDatabase(kind);
    app = await startApp(database.url);
  });
  afterEach(async () => {
    await app.close();
    await database.destroy();
  });

  const post = (path: string, body: object = john) => request(app.getHttpServer()).post(path).send(body);

  it('walk an account through create, activate, sign-in and deactivate, and again', async () => {
    await post('/user/').expect(200, '');
    for (let round = 1; round <= 2; round++) {
      await post('/user/signin/').expect(400, /User must be activated via/);
      await post('/user/activate/').expect(200, '');
      const { body } = await post('/user/signin/').expect(200);
      expect(body).toEqual({ ...john, password: '...', id: expect.any(String), active: true });
      await post('/user/deactivate/').expect(200, '');
    }
    await post('/user/signin/', { ...john, password: 'wrong' }).expect(401);
    await post('/user/signin/', { ...john, email: 'nobody@example.com' }).expect(404);
  });

  it('answer 200 to fifty creates of one e-mail at once, which leave one user and one message', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/user/')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const dataSource = app.get(DataSource);
    expect(await dataSource.getRepository('user').count()).toBe(1);
    expect(await dataSource.getRepository('outbox_message').count()).toBe(1);
  });
});

async function startApp(url: string): Promise<NestExpressApplication> {
  const settings = readSettings({
    DATABASE_URL: url,
    NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    PASSWORD_MEMORY_KIB: '64',
    PASSWORD_MAX_WAIT_MS: '60000',
    LOG_LEVEL: 'silent',
  });
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue(settings)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false });
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  return app;
}
