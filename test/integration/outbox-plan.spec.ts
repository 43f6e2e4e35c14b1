/**
 * How each database finds the messages to claim: by partial indexes, whatever else is in the table.
 * Real: the databases and their planners, the queue. Fake: the rows, written in bulk.
 */
import { Injectable } from '@nestjs/common';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  Courier,
  Delivers,
  maxCountedEnded,
  OutboxMessage,
  OutboxOperator,
  OutboxQueue,
} from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { letterTopic, outboxEntities, PostWorker, TestClock } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const rows = 20_000;

/** Adds many messages in bulk. @param state SQL, in the number i of each */
async function addMessages(dataSource: DataSource, kind: DatabaseKind, state: string): Promise<void> {
  const numbers =
    kind === 'postgres'
      ? `generate_series(1, ${rows}) AS numbers(i)`
      : `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i FROM n) numbers`;
  await dataSource.query(
    `INSERT INTO outbox_message (id, topic, partition_key, payload, state, attempts, available_at, lease_token,
       created_at, changed_at, done_at)
     SELECT 'id' || i, '${letterTopic}', 'key' || i, '{}', ${state}, 0, i, 0,
       i, i, CASE ${state} WHEN 'done' THEN i END FROM ${numbers}`,
  );
  await dataSource.query('ANALYZE');
}

/** The plans of the statements on messages that a call runs. */
async function plansOf(dataSource: DataSource, call: () => Promise<unknown>): Promise<string> {
  const asked: [string, unknown[]][] = [];
  const { logger } = dataSource;
  const logQuery = (sql: string, values: unknown[] = []) => void asked.push([sql, values]);
  Object.assign(dataSource, { logger: { ...logger, logQuery } });
  await call();
  Object.assign(dataSource, { logger });
  const explain = dataSource.options.type === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
  const plans: string[] = [];
  for (const [sql, values] of asked.filter(([text]) => /outbox_message/.test(text)))
    plans.push(JSON.stringify(await dataSource.query(`${explain} ${sql}`, values)));
  return plans.join('\n');
}

const fullScan = /Seq Scan on outbox_message|SCAN (outbox_message|candidate|earlier|message)(?!.*USING)/;

describe.each(databaseKinds)('the plans of the outbox on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let dataSource: DataSource;
  let queue: OutboxQueue;

  beforeEach(async () => {
    dataSource = database.dataSource;
    queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), new TestClock());
    await addMessages(dataSource, kind, "CASE i % 2 WHEN 0 THEN 'done' ELSE 'pending' END");
  });

  it('a claim uses the index of due messages, and that of partition keys', async () => {
    const plan = await plansOf(dataSource, () => queue.claim(letterTopic, 20, 30_000));
    expect(plan).toContain('outbox_message_due');
    expect(plan).toContain('outbox_message_partition');
    expect(plan).not.toMatch(fullScan);
  });

  it('the next due message and expired leases are found by index', async () => {
    expect(await plansOf(dataSource, () => queue.nextDue(letterTopic, 0))).toContain('outbox_message_due');
    const plan = await plansOf(dataSource, () => queue.expired(new Set()));
    expect(plan).toContain('outbox_message_leased');
    expect(plan).not.toMatch(fullScan);
  });

  it('a result is written by the index of ids', async () => {
    const claimed = await queue.claim(letterTopic, 20, 30_000);
    const result = { outcome: 'delivered', startedAt: 0, duration: 1 } as const;
    const plan = await plansOf(dataSource, () =>
      Promise.all(claimed.map((lease) => queue.settle(lease, result))),
    );
    expect(plan).not.toMatch(fullScan);
    expect(plan).toMatch(/Index Scan|SEARCH outbox_message USING INDEX/);
  });
});

describe.each(databaseKinds)('the plans of the outbox beside many delivered messages on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities);
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = database.dataSource;
    const waiting = "CASE i % 4 WHEN 0 THEN 'dead' WHEN 1 THEN 'leased' ELSE 'pending' END";
    await addMessages(dataSource, kind, `CASE WHEN i <= 40 THEN ${waiting} ELSE 'done' END`);
  });

  const clock = new TestClock();
  const operator = () => new OutboxOperator(dataSource, clock);
  const queue = () => new OutboxQueue(dataSource, new SqlWorker(dataSource), clock);
  const cases: Record<string, () => Promise<unknown>> = {
    'a claim': () => queue().claim(letterTopic, 5, 30_000),
    'the next due message': () => queue().nextDue(letterTopic, 0),
    'a search for expired leases': () => queue().expired(new Set()),
    'a purge': () => queue().purge(Date.now() - 100),
    'the delays after a clock was set': () => queue().restartWaits(30_000),
    'a list of what is undelivered': () => operator().list({ limit: 10 }),
    'a list of dead letters of a topic': () =>
      operator().list({ limit: 10, state: 'dead', topic: letterTopic, newest: true }),
    'a retry of dead letters': () => operator().retryDead(),
    'the end of a consumer': () => operator().unsubscribe({ topic: letterTopic, consumer: 'ledger' }),
    'a cancellation by key': () => new PostWorker(dataSource).run(({ letter }) => letter.cancel('key')),
  };

  it.each(Object.entries(cases))('%s reads none of them', async (what, work) => {
    const plan = await plansOf(dataSource, work);
    expect(plan).toMatch(/outbox_message/);
    expect(plan).not.toMatch(fullScan);
    // The index of what has ended serves the purge alone.
    if (what !== 'a purge') expect(plan).not.toContain('outbox_message_ended');
  });

  it('the status counts no more than ten thousand of them', async () => {
    expect((await queue().status()).messages.done).toBe(maxCountedEnded);
    expect(rows).toBeGreaterThan(maxCountedEnded + 40);
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
