/**
 * How each database finds the messages to claim: by partial indexes, whatever else is in the table.
 * Real: the databases and their planners, the queue. Fake: the rows, written in bulk.
 */
import { Injectable } from '@nestjs/common';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Courier, Delivers, OutboxMessage, OutboxQueue } from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, PostWorker, TestClock } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const rows = 20_000;

describe.each(databaseKinds)('the plans of the outbox on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let dataSource: DataSource;
  let queue: OutboxQueue;

  beforeEach(async () => {
    dataSource = database.dataSource;
    queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), new TestClock());
    const numbers =
      kind === 'postgres'
        ? `generate_series(1, ${rows}) AS numbers(i)`
        : `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i FROM n) numbers`;
    await dataSource.query(
      `INSERT INTO outbox_message (id, topic, partition_key, payload, state, attempts, available_at, lease_token,
         created_at, changed_at, done_at)
       SELECT 'id' || i, '${letterTopic}', 'key' || i, '{}', CASE i % 2 WHEN 0 THEN 'done' ELSE 'pending' END, 0, i, 0,
         i, i, CASE i % 2 WHEN 0 THEN i END FROM ${numbers}`,
    );
    await dataSource.query('ANALYZE');
  });

  /** The plans of the statements that a call runs. */
  const plansOf = async (call: () => Promise<unknown>): Promise<string> => {
    const asked: [string, unknown[]][] = [];
    const logger = {
      ...dataSource.logger,
      logQuery: (sql: string, values: unknown[] = []) => asked.push([sql, values]),
    };
    Object.assign(dataSource, { logger });
    await call();
    const explain = kind === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
    const plans: string[] = [];
    for (const [sql, values] of asked.splice(0).filter(([sql]) => /outbox_message/.test(sql)))
      plans.push(JSON.stringify(await dataSource.query(`${explain} ${sql}`, values)));
    return plans.join('\n');
  };
  const fullScan = /Seq Scan on outbox_message|SCAN (outbox_message|candidate|earlier)(?!.*USING)/;

  it('a claim uses the index of due messages, and that of partition keys', async () => {
    const plan = await plansOf(() => queue.claim(letterTopic, 20, 30_000));
    expect(plan).toContain('outbox_message_due');
    expect(plan).toContain('outbox_message_partition');
    expect(plan).not.toMatch(fullScan);
  });

  it('the next due message and expired leases are found by index', async () => {
    expect(await plansOf(() => queue.nextDue(letterTopic, 0))).toContain('outbox_message_due');
    const plan = await plansOf(() => queue.expired(new Set()));
    expect(plan).toContain('outbox_message_leased');
    expect(plan).not.toMatch(fullScan);
  });

  it('a result is written by the index of ids', async () => {
    const claimed = await queue.claim(letterTopic, 20, 30_000);
    const result = { outcome: 'delivered', startedAt: 0, duration: 1 } as const;
    const plan = await plansOf(() => Promise.all(claimed.map((lease) => queue.settle(lease, result))));
    expect(plan).not.toMatch(fullScan);
    expect(plan).toMatch(/Index Scan|SEARCH outbox_message USING INDEX/);
  });
});

const letters = 400;
let delivered = 0;

@Injectable()
@Delivers({ topic: letterTopic, concurrency: 20 })
class Receipt implements MessageHandler {
  async deliver(): Promise<void> {
    delivered++;
  }
}

describe.each(databaseKinds)('a courier at load on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });

  it('runs at most 1.5 statements for each delivered message', async () => {
    const courier = await RunningCourier.start(database, { handlers: [Receipt] });
    const { dataSource } = courier;
    const isDone = async () =>
      (await database.dataSource.manager.countBy(OutboxMessage, { state: 'done' })) === letters;
    let statements = 0;
    delivered = 0;
    try {
      Object.assign(dataSource, { logger: { ...dataSource.logger, logQuery: () => statements++ } });
      await new PostWorker(database.dataSource).run(
        async ({ letter }) => {
          for (let number = 0; number < letters; number++) await letter.record(String(number));
        },
        { timeoutMs: 60_000 },
      );
      courier.get(Courier).wake();
      await until('all are delivered', isDone);
    } finally {
      await courier.stop();
    }
    expect(delivered).toBe(letters);
    expect(statements).toBeGreaterThan(letters / 20);
    expect(statements / letters).toBeLessThanOrEqual(1.5);
  });
});
