// Real: the whole service as a process, both databases, the operator's command. Fake: the notification service.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { respond, FakeService } from '../../testing/fake-service.js';
import { runCommand } from '../support/commands.js';
import { databaseKinds } from '../support/databases.js';
import { RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

interface Listed {
  readonly id: string;
  readonly topic: string;
  readonly state: string;
  readonly nextTryAt: string | null;
}

describe.each(databaseKinds)('What is not delivered, on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let notifications: FakeService;
  let service: RunningService;
  let reading: DataSource;

  beforeEach(async () => {
    notifications = await FakeService.start();
    reading = await database.connect([]);
    service = await RunningService.start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: notifications.url,
    });
  });
  afterEach(async () => {
    await service.stop();
    await notifications.stop();
  });

  async function outbox(...args: string[]): Promise<string> {
    const command = { cwd: '/', variables: { DATABASE_URL: database.url } };
    return (await runCommand('outbox', args, command)).output;
  }
  const list = async (...args: string[]) => JSON.parse(await outbox('list', '--json', ...args)) as Listed[];
  /** Messages by state, without the command: each poll by it would open the database anew. */
  const count = async (state: string) => {
    const [row] = await reading.query<{ count: string | number }[]>(
      `SELECT count(*) AS count FROM outbox_message WHERE state = '${state}'`,
    );
    return Number(row?.count);
  };
  const readiness = async () => (await fetch(`${service.url}/health/ready`)).text();
  const register = async (count: number) => {
    for (let number = 0; number < count; number++)
      await service.post('/user/', {
        name: 'Ada',
        surname: 'Lovelace',
        email: `ada${number}@example.com`,
        password: '123456',
      });
  };

  it('is reported by the command, the readiness and the metrics, and is sent when an operator requests it', async () => {
    notifications.behaviour = respond(503, { 'Retry-After': '900' });
    await register(25);
    await until('it is degraded', async () => (await readiness()).includes('is held back'));
    expect(await readiness()).toMatch(/"status":"degraded".*notification\.welcome is held back/);
    expect(await service.metrics()).toContain(
      'outbox_topic_held{topic="notification.welcome",consumer="default"} 1',
    );
    const status = await outbox('status');
    expect(status).toMatch(
      /notification\.welcome is held back for .* \(notifications\/welcome answered 503\)\. The next probe goes in \d+ m/,
    );
    expect(await outbox('list', '--newest')).toMatch(/held back, probe in \d+ m/);
    const [newest] = await list('--newest', '--limit', '1');
    expect(Date.parse(newest!.nextTryAt!) - Date.now()).toBeGreaterThan(120_000);

    notifications.behaviour = respond(200);
    expect(await outbox('retry', newest!.id)).toContain('is retried');
    await until('it is delivered', async () => (await count('done')) > 0);
    expect((await list('--state', 'done')).map(({ id }) => id)).toContain(newest!.id);
    await until('nothing is held back', async () => !(await readiness()).includes('held back'));
    expect(await outbox('status')).not.toContain('held back');
  });

  it('is named when a consumer has no handler left, until an operator ends it', async () => {
    await reading.query(
      `INSERT INTO outbox_message (id, topic, payload, state, attempts, available_at, lease_token, created_at, changed_at)
       VALUES ('left-over', 'invoice.paid#audit', '{}', 'pending', 0, 1, 0, ${Date.now()}, ${Date.now()})`,
    );
    await until('it is degraded', async () =>
      (await readiness()).includes('invoice.paid#audit has no handler'),
    );
    expect(await service.metrics()).toContain(
      'outbox_unhandled_messages{topic="invoice.paid",consumer="audit"} 1',
    );
    expect(await outbox('status')).toContain('invoice.paid#audit has no handler: 1 of its messages are');
    expect(await outbox('list', '--topic', 'invoice.paid')).toContain('never: no handler');
    expect(await list('--consumer', 'audit')).toMatchObject([
      { id: 'left-over', topic: 'invoice.paid', consumer: 'audit', nextTryAt: null },
    ]);
    const audit = ['--topic', 'invoice.paid', '--consumer', 'audit'];
    expect(await outbox('unsubscribe', ...audit)).toContain('and 1 were discarded');
    expect(await list(...audit)).toMatchObject([{ state: 'discarded' }]);
    expect(await outbox('unsubscribe')).toContain('unsubscribe needs the topic');
  });

  it('is listed before delivered messages, in both orders', async () => {
    await register(2);
    await until('both are delivered', async () => (await count('done')) === 2);
    notifications.behaviour = respond(422);
    await service.post('/user/', { name: 'Bob', surname: 'B', email: 'bob@example.com', password: '123456' });
    await until('the third is dead', async () => (await count('dead')) === 1);
    const oldest = await list();
    expect(oldest.map(({ state }) => state)).toEqual(['dead', 'done', 'done']);
    const newest = await list('--newest');
    expect(newest.map(({ id }) => id)).toEqual([oldest[0], oldest[2], oldest[1]].map((each) => each!.id));
    expect(await list('--newest', '--topic', 'notification.welcome')).toEqual(newest);
    expect(await list('--topic', 'another')).toEqual([]);
    const [bob] = await reading.query<{ id: string }[]>(
      `SELECT id FROM "user" WHERE email = 'bob@example.com'`,
    );
    expect(await outbox('show', bob!.id)).toMatch(/state +dead\n/);
  });
});
