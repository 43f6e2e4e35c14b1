import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SqlWorker } from '../worker/sql.worker.js';
import { OutboxAttempt } from './outbox-attempt.entity.js';
import type { AttemptOutcome } from './outbox-attempt.entity.js';
import type { MessageState } from './outbox-message.entity.js';

/** A message that this process has leased. */
export interface Claimed {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  /** Which try this is, from 1. */
  readonly attempts: number;
  readonly leaseToken: number;
  /** W3C traceparent of what recorded it; null when nobody traced. */
  readonly traceParent: string | null;
}

export interface Result {
  readonly outcome: AttemptOutcome;
  readonly startedAt: number;
  readonly duration: number;
  readonly status?: number;
  readonly error?: string;
  /** Milliseconds until the next try, for `retry`. */
  readonly delay?: number;
}

export interface OutboxStatus {
  readonly messages: Readonly<Record<MessageState, number>>;
  /** Epoch milliseconds at which the oldest message still to be delivered was recorded; null when there is none. */
  readonly oldestUndelivered: number | null;
}

const states: readonly MessageState[] = ['pending', 'leased', 'done', 'dead'];
const newState = { delivered: 'done', retry: 'pending', dead: 'dead' } as const;
const deletedAtOnce = 1_000;

/** The queue that the recorded messages form: claimed by lease, settled under the lease's token. */
@Injectable()
export class OutboxQueue {
  readonly #owner = `${process.pid}:${randomUUID().slice(0, 8)}`;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly worker: SqlWorker,
  ) {}

  /** Leases due messages, oldest first; within a partition key only the oldest. One statement. */
  async claim(topics: readonly string[], limit: number, lease: number): Promise<Claimed[]> {
    const now = Date.now();
    const until = now + lease;
    const names = topics.map((_, index) => this.#place(5 + index)).join(', ');
    const [ownerAt, untilAt, nowAt, limitAt] = [1, 2, 3, 4].map((place) => this.#place(place));
    const lock = this.#isPostgres ? 'FOR UPDATE SKIP LOCKED' : '';
    const rows = await this.#returning<
      { lease_token: number; trace_parent: string | null } & Claimed & { seq: string }
    >(
      `UPDATE outbox_message SET state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1,
         lease_owner = ${ownerAt}, lease_until = ${untilAt}, available_at = ${untilAt}
       WHERE seq IN (
         SELECT due.seq FROM outbox_message due
         WHERE due.state IN ('pending', 'leased') AND due.available_at <= ${nowAt} AND due.topic IN (${names})
           AND NOT EXISTS (
             SELECT 1 FROM outbox_message earlier
             WHERE earlier.partition_key = due.partition_key AND earlier.seq < due.seq
               AND earlier.state IN ('pending', 'leased'))
         ORDER BY due.available_at, due.seq LIMIT ${limitAt} ${lock})
       RETURNING seq, id, topic, payload, attempts, lease_token, trace_parent`,
      [this.#owner, until, now, limit, ...topics],
    );
    return rows
      .sort((one, other) => Number(one.seq) - Number(other.seq))
      .map(({ lease_token: leaseToken, trace_parent: traceParent, ...row }) => ({
        ...row,
        leaseToken,
        traceParent,
      }));
  }

  /**
   * Writes the result of a delivery and its attempt, unless the lease was lost meanwhile.
   * @returns false when it was: the result is dropped
   */
  async settle({ id, leaseToken }: Claimed, result: Result): Promise<boolean> {
    const { outcome, startedAt, duration, status, error, delay = 0 } = result;
    const now = Date.now();
    return this.worker.run(
      async (_, { manager }) => {
        const { affected } = await manager
          .createQueryBuilder()
          .update('outbox_message')
          .set({
            state: newState[outcome],
            availableAt: now + delay,
            leaseOwner: null,
            leaseUntil: null,
            lastError: error ?? null,
            ...(outcome === 'delivered' && { doneAt: now, payload: null }),
          })
          .where({ id, leaseToken, leaseOwner: this.#owner, state: 'leased' })
          .execute();
        if (!affected) return false;
        await manager.insert(OutboxAttempt, {
          messageId: id,
          number: leaseToken,
          startedAt,
          duration,
          outcome,
          status: status ?? null,
          error: error ?? null,
        });
        return true;
      },
      { isolation: 'READ COMMITTED' },
    );
  }

  /** When the next message falls due, as epoch milliseconds; null when none is waiting. */
  async nextDue(): Promise<number | null> {
    const [row] = await this.dataSource.query<{ due: string | number | null }[]>(
      `SELECT min(available_at) AS due FROM outbox_message WHERE state IN ('pending', 'leased')`,
    );
    return row?.due === null || row?.due === undefined ? null : Number(row.due);
  }

  /** How many messages there are in each state, and since when the oldest waits. */
  async status(): Promise<OutboxStatus> {
    const counts = states.map(
      (state) => `(SELECT count(*) FROM outbox_message WHERE state = '${state}') AS ${state}`,
    );
    const [row] = await this.dataSource.query<Record<MessageState | 'oldest', string | number | null>[]>(
      `SELECT ${counts.join(', ')},
         (SELECT min(created_at) FROM outbox_message WHERE state IN ('pending', 'leased')) AS oldest`,
    );
    const messages = Object.fromEntries(states.map((state) => [state, Number(row?.[state])]));
    const oldest = row?.oldest ?? null;
    return {
      messages: messages as OutboxStatus['messages'],
      oldestUndelivered: oldest === null ? null : Number(oldest),
    };
  }

  /** Deletes rows delivered longer ago than the retention, a batch at a time. @returns how many */
  async purge(retention: number): Promise<number> {
    const gone = await this.#returning<{ id: string }>(
      `DELETE FROM outbox_message WHERE seq IN (
         SELECT seq FROM outbox_message WHERE state = 'done' AND done_at < ${this.#place(1)} LIMIT ${deletedAtOnce})
       RETURNING id`,
      [Date.now() - retention],
    );
    if (gone.length)
      await this.dataSource
        .createQueryBuilder()
        .delete()
        .from(OutboxAttempt)
        .where('message_id IN (:...ids)', { ids: gone.map(({ id }) => id) })
        .execute();
    return gone.length;
  }

  get #isPostgres(): boolean {
    return this.dataSource.options.type === 'postgres';
  }

  #place(number: number): string {
    return this.#isPostgres ? `$${number}` : `?${number}`;
  }

  /** TypeORM answers `[rows, count]` for a writing statement on PostgreSQL, and the rows on SQLite. */
  async #returning<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const answer = await this.dataSource.query<Row[] | [Row[], number]>(sql, parameters);
    return this.#isPostgres ? (answer as [Row[], number])[0] : (answer as Row[]);
  }
}
