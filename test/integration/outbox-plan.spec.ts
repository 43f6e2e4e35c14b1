/**
 * How each database finds the messages to claim: by partial indexes, whatever else is in the table.
 * Real: the databases and their planners, the queue. Fake: the rows, written in bulk.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { OutboxQueue } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, TestClock } from '../support/letters.js';
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
});
