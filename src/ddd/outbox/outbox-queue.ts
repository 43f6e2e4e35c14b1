import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SqlWorker } from '../worker/index.js';
import { Clock } from './clock.js';
import { consumerOf, defaultConsumer } from './consumer-name.js';
import type { Claimed, Expired, LeasedMessage, Result } from './leased-message.js';
import { readOutboxStatus } from './outbox-status.js';
import type { OutboxStatus } from './outbox-status.js';
import { freeKeys } from './recorded-keys.js';
import { Results } from './results.js';
import { returnedRows, skipLocked } from './returned-rows.js';
import type { SqlReader } from './topic-report.js';

/** Which due messages are claimed: all, those that were never tried, or those that an operator requested. */
export type ClaimScope = 'due' | 'untried' | 'urgent';

/** The `available_at` of a message that an operator wants delivered before all others, regardless of the breaker. */
export const urgent = 0;
const expireBatchSize = 100;
const deleteBatchSize = 1_000;

/** The queue of recorded messages: claimed with a lease, settled with the lease's token. */
@Injectable()
export class OutboxQueue {
  readonly #owner = `${process.pid}:${randomUUID().slice(0, 8)}`;
  readonly #results: Results;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly worker: SqlWorker,
    private readonly clock: Clock,
  ) {
    this.#results = new Results(dataSource, worker, clock);
  }

  /**
   * Leases due messages of a consumer's queue, in the order of their due times; within a partition key only the oldest,
   * except for those that wait for the time they were recorded for. One statement.
   */
  async claim(queue: string, limit: number, leaseMs: number, scope: ClaimScope = 'due'): Promise<Claimed[]> {
    const now = this.clock.now();
    const dueBy = scope === 'urgent' ? urgent : now;
    // What one consumer fails to deliver never blocks another; those without a name share one order over all topics.
    const sameConsumer =
      consumerOf(queue).consumer === defaultConsumer
        ? `earlier.topic NOT LIKE '%#%'`
        : 'earlier.topic = candidate.topic';
    const untried = scope === 'untried' ? 'AND attempts = 0' : '';
    const claimed = await returnedRows<
      Omit<Claimed, 'leaseOwner' | 'isOrdered' | 'dueAt'> & { seq: string; dueAt: string; key: string | null }
    >(
      this.dataSource,
      // NOT EXISTS inside an OR makes PostgreSQL evaluate it row by row with the index; otherwise it would hash the
      // whole queue.
      this.dataSource.sql`
        WITH due AS MATERIALIZED (
          SELECT seq FROM outbox_message candidate
          WHERE state = 'pending' AND topic = ${queue} AND available_at <= ${dueBy} ${() => untried}
            AND (partition_key IS NULL OR NOT EXISTS (
              SELECT 1 FROM outbox_message earlier
              WHERE earlier.partition_key = candidate.partition_key AND earlier.seq < candidate.seq
                AND earlier.state IN ('pending', 'leased')
                AND ${() => sameConsumer}
                AND NOT (earlier.attempts = 0 AND earlier.available_at > ${now}
                  AND earlier.created_at > earlier.changed_at)))
          ORDER BY available_at, seq LIMIT ${limit} ${() => skipLocked(this.dataSource)})
        UPDATE outbox_message SET state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1,
          lease_owner = ${this.#owner}, lease_until = ${now + leaseMs}, changed_at = ${now}
        WHERE seq IN (SELECT seq FROM due)
        RETURNING seq, id, topic AS queue, payload, attempts, lease_token AS "leaseToken",
          trace_parent AS "traceParent", partition_key AS "key", created_at AS "dueAt",
          COALESCE((SELECT recorded_id FROM outbox_copy WHERE message_id = outbox_message.id), id) AS "messageId"`,
    );
    return claimed
      .sort((one, other) => Number(one.seq) - Number(other.seq))
      .map(({ seq: _, key, dueAt, ...message }) => ({
        ...message,
        dueAt: Number(dueAt),
        isOrdered: key !== null,
        leaseOwner: this.#owner,
      }));
  }

  /**
   * Writes the result of a delivery and its attempt, unless the lease was lost meanwhile.
   * @returns false when it was: the result is dropped
   */
  settle(lease: LeasedMessage, result: Result): Promise<boolean> {
    return this.#results.write(lease, result);
  }

  /**
   * The messages whose lease expired, in batches. Each is to be settled as lost.
   * @param inFlight ids that this process still works on: a clock set forward must not take its own work away
   */
  async expired(inFlight: ReadonlySet<string>): Promise<Expired[]> {
    const rows: (Expired & { leasedAt: string; lost: string })[] = await this.dataSource.sql`
      SELECT id, topic AS queue, attempts, lease_owner AS "leaseOwner", lease_token AS "leaseToken", changed_at AS "leasedAt",
        (SELECT count(*) FROM outbox_attempt WHERE message_id = id AND outcome = 'lost'
           AND number > lease_token - attempts) AS lost
      FROM outbox_message WHERE state = 'leased' AND lease_until <= ${this.clock.now()}
      ORDER BY lease_until LIMIT ${expireBatchSize + inFlight.size}`;
    return rows
      .filter(({ id }) => !inFlight.has(id))
      .map((row) => ({ ...row, leasedAt: Number(row.leasedAt), lost: Number(row.lost) }));
  }

  /** When the next message of a queue becomes due after a moment, as epoch milliseconds; null when none is waiting. */
  async nextDue(queue: string, after: number): Promise<number | null> {
    const [row]: { due: string | number | null }[] = await this.dataSource.sql`
      SELECT min(available_at) AS due FROM outbox_message
      WHERE state = 'pending' AND topic = ${queue} AND available_at > ${after}`;
    return row?.due === null || row?.due === undefined ? null : Number(row.due);
  }

  /**
   * Restarts the delays that a clock set back has made too long: those that began in the future. What was recorded for a
   * moment keeps it.
   * @param toleranceMs how much the clocks of the processes may differ
   */
  async restartWaits(toleranceMs: number): Promise<void> {
    const now = this.clock.now();
    const tooLate = now + toleranceMs;
    const found: unknown[] = await this.dataSource.sql`
      SELECT 1 FROM outbox_message WHERE state IN ('pending', 'leased') AND changed_at > ${tooLate} LIMIT 1`;
    if (!found.length) return;
    await this.dataSource.sql`
      UPDATE outbox_message SET available_at = CASE
          WHEN attempts = 0 AND created_at > changed_at AND available_at = created_at THEN available_at
          ELSE available_at - (changed_at - ${now}) END,
        lease_until = lease_until - (changed_at - ${now}), changed_at = ${now}
      WHERE state IN ('pending', 'leased') AND changed_at > ${tooLate}`;
  }

  /** @param reader a bounded connection to use instead of the data source */
  status(reader: SqlReader = this.dataSource): Promise<OutboxStatus> {
    return readOutboxStatus(reader, this.clock.now());
  }

  /**
   * Deletes a batch of the messages that were delivered or discarded longer ago than the retention, with their
   * attempts. Dead ones stay until an operator decides. @returns how many messages
   */
  async purge(retentionMs: number): Promise<number> {
    return this.worker.run(
      async (_, { manager }) => {
        const before = this.clock.now() - retentionMs;
        const ended: { id: string }[] = await manager.sql`
          SELECT id FROM outbox_message WHERE state IN ('done', 'discarded') AND done_at < ${before}
          LIMIT ${deleteBatchSize} ${() => skipLocked(this.dataSource)}`;
        const ids = ended.map(({ id }) => id);
        if (ids.length) {
          await manager.sql`DELETE FROM outbox_attempt WHERE message_id IN (${() => ids})`;
          await manager.sql`DELETE FROM outbox_message WHERE id IN (${() => ids})`;
          await freeKeys(manager, ids);
        }
        return ids.length;
      },
      { isolation: 'READ COMMITTED' },
    );
  }
}
