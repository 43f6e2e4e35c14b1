/**
 * An installation of version 0.1 that is started with this program, by a plain start.
 * Real: the service as a process, both databases, version 0.1's migration, rows as it left them. Fake: the notification
 * service.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { FakeService } from '../../testing/fake-service.js';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { databaseKinds } from '../support/databases.js';
import { RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

/** Of "correct horse 1 battery", as version 0.1 wrote it. */
const password =
  '$argon2id$v=19$m=19456,t=2,p=1$Rseem/3A1wMIEZix0rF1dA$U2YqQ0zH+kYTqNJaCr1CyVknRMV8ELfD5usIUzeSC+I';
const now = Date.now();
const message = {
  topic: 'notification.welcome',
  attempts: 2,
  lease_token: 2,
  available_at: now,
  created_at: now - 60_000,
  changed_at: now,
};

/**
 * Migrations of ours since version 0.1. Those of other entities have run: `create` leaves tables to their migrations.
 */
const since =
  /^(?:CanonicalEmails|InboxRecords|OutboxConsumers|OutboxSchedules|OutboxSubscriptions|Sessions)\d+$/;

describe.each(databaseKinds)('An installation of version 0.1 on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let notifications: FakeService;
  let service: RunningService | undefined;
  let old: DataSource;

  beforeEach(async () => {
    notifications = await FakeService.start();
    const { migrations } = (await database.connectWith()).options;
    old = await database.connectWith({
      migrations: Object.values(migrations ?? []).filter(
        (each) => typeof each === 'function' && !since.test(each.name),
      ),
    });
    await migrateSchema(old);
    await insert('"user"', {
      id: 'one',
      email: 'old1@example.com',
      name: 'N',
      surname: 'S',
      password,
      active: true,
    });
    await insert('outbox_message', {
      ...message,
      id: 'waiting',
      state: 'pending',
      payload: '{"email":"old1@example.com","name":"N"}',
    });
    await insert('outbox_message', { ...message, id: 'delivered', state: 'done', done_at: now });
    await insert('outbox_message', {
      ...message,
      id: 'given-up',
      state: 'dead',
      payload: '{"email":"old2@example.com","name":"N"}',
    });
  });
  afterEach(async () => {
    await service?.stop();
    await notifications.stop();
  });

  async function insert(table: string, row: Readonly<Record<string, unknown>>) {
    const values = Object.keys(row).map((_, index) => `$${index + 1}`);
    await old.query(
      `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`,
      Object.values(row),
    );
  }

  it.each(['', 'create', 'migrate'])(
    'starts with SCHEMA_MODE=%j and keeps its accounts and messages; waiting messages are delivered',
    async (SCHEMA_MODE) => {
      service = await RunningService.start({
        DATABASE_URL: database.url,
        NOTIFICATION_SERVICE_URL: notifications.url,
        ...(SCHEMA_MODE && { SCHEMA_MODE }),
      });
      const signIn = { email: 'Old1@Example.com', password: 'correct horse 1 battery' };
      expect((await service.post('/user/signin/', signIn)).status).toBe(200);
      await until('the message is delivered', async () => (await states())['waiting'] === 'done');
      expect(await states()).toEqual({ waiting: 'done', delivered: 'done', 'given-up': 'dead' });
      expect(notifications.received.map(({ key }) => key)).toEqual(['waiting']);
      expect(service.program.output).not.toContain('"level":"warn"');
    },
  );

  const states = async () =>
    Object.fromEntries(
      (await old.query<{ id: string; state: string }[]>('SELECT id, state FROM outbox_message')).map(
        ({ id, state }) => [id, state],
      ),
    );
});
