import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { In } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createCommitSignal } from '../../src/database/commit-signal.provider.js';
import { Clock, OutboxAttempt, OutboxQueue } from '../../src/ddd/outbox/index.js';
import { SqlWorker, UnitLimits } from '../../src/ddd/worker/index.js';
import { NotificationWorker } from '../../src/modules/notification/index.js';
import { createDatabase } from './databases.js';
import { outboxEntities } from './letters.js';
import { type RunningProgram, startProgram } from './program.js';
import { respond, hang, FakeService } from '../../testing/fake-service.js';
import { until } from './until.js';

const processes = 4;
const recordedAtOnce = 50;

export interface FleetStats {
  readonly messages: number;
  readonly delivered: number;
  readonly keys: number;
  readonly requests: number;
  readonly hung: number;
  /** Leases that were lost with the killed process. */
  readonly lost: number;
  /** Keys that were in flight twice at the same moment. */
  readonly concurrentDuplicates: number;
  /** Keys that got several responses, and how many of these neither a lost lease nor a timeout explains. */
  readonly deliveredAgain: number;
  readonly unexplained: number;
  readonly seconds: number;
}

const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/**
 * Four processes of the service on one PostgreSQL deliver messages to a service that leaves every tenth request
 * hanging; one process is killed when a third is delivered.
 */
export async function runFleet(messages: number, limit: number): Promise<FleetStats> {
  const folder = await mkdtemp(join(tmpdir(), 'courier-fleet-'));
  const database = await createDatabase('postgres');
  const service = await FakeService.start();
  const fleet: RunningProgram[] = [];
  const launch = async () => {
    const variables = {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '5',
      PORT: '0',
      NOTIFICATION_SERVICE_URL: service.url,
      NOTIFICATION_TIMEOUT_MS: '1000',
    };
    const program = startProgram({ cwd: folder, variables });
    fleet.push(program);
    await program.said(/Docs http/);
  };
  try {
    // The first creates the tables.
    for (let number = 0; number < processes; number++) await launch();
    const dataSource = await database.connect(outboxEntities);
    const queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), new Clock());
    const signal = createCommitSignal(dataSource, readSettings({ DATABASE_URL: database.url }).database);
    const answered = new Map<string, number>();
    const hung = new Map<string, number>();
    service.behaviour = (response, request) => {
      if (service.received.length % 10 === 0) {
        count(hung, request.key);
        return hang(response, request);
      }
      count(answered, request.key);
      return respond(200)(response, request);
    };

    const began = performance.now();
    const worker = new NotificationWorker(dataSource, new UnitLimits(60_000, 60_000));
    for (let recorded = 0; recorded < messages; recorded += recordedAtOnce) {
      await worker.run(async ({ welcome }) => {
        for (let number = recorded; number < Math.min(recorded + recordedAtOnce, messages); number++)
          await welcome.record({ email: `user${number}@example.com`, name: `User ${number}` });
      });
      await signal.announce();
    }
    await until('a third is delivered', () => answered.size > messages / 3, limit);
    fleet[1]?.kill('SIGKILL');
    await until(
      'everything is delivered',
      async () => (await queue.status()).messages.done === messages,
      limit,
    );
    const seconds = Math.round((performance.now() - began) / 1_000);

    const failed = await dataSource.manager.findBy(OutboxAttempt, { outcome: In(['lost', 'retry']) });
    const again = [...answered].filter(([, times]) => times > 1).map(([key]) => key);
    const unexplained = again.filter((key) => {
      const attempts = failed.filter(({ messageId }) => messageId === key).length;
      return attempts - (hung.get(key) ?? 0) < (answered.get(key) ?? 0) - 1;
    });
    return {
      messages,
      delivered: answered.size,
      keys: service.keys.size,
      requests: service.received.length,
      hung: [...hung.values()].reduce((sum, times) => sum + times, 0),
      lost: failed.filter(({ outcome }) => outcome === 'lost').length,
      concurrentDuplicates: service.concurrentDuplicates.length,
      deliveredAgain: again.length,
      unexplained: unexplained.length,
      seconds,
    };
  } finally {
    for (const program of fleet) program.kill('SIGKILL');
    await Promise.all(fleet.map(({ ended }) => ended));
    await service.stop();
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}
