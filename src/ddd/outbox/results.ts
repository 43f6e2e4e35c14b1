import type { DataSource } from 'typeorm';
import type { OpenUnit, SqlWorker } from '../worker/index.js';
import { Batches } from './batches.js';
import type { Clock } from './clock.js';
import type { LeasedMessage, Result } from './leased-message.js';
import { OutboxAttempt } from './outbox-attempt.entity.js';
import { returnedRows } from './returned-rows.js';

/** The result of an attempt, and the lease that it was made under. */
interface Settlement {
  readonly lease: LeasedMessage;
  readonly result: Result;
}

type Settled = Pick<LeasedMessage, 'id' | 'leaseToken'>;

/** Writes the results of attempts, with the attempts themselves, in batches. */
export class Results {
  readonly #batches = new Batches((batch: readonly Settlement[]) => this.#write(batch));

  constructor(
    private readonly dataSource: DataSource,
    private readonly worker: SqlWorker,
    private readonly clock: Clock,
  ) {}

  /** @returns whether the lease still held; otherwise nothing is written */
  write(lease: LeasedMessage, result: Result): Promise<boolean> {
    return this.#batches.add({ lease, result });
  }

  /** Those of a batch are in one transaction, because a commit costs more than a row. */
  #write(batch: readonly Settlement[]): Promise<boolean[]> {
    const isDelivered = ({ result }: Settlement) => result.outcome === 'delivered';
    const delivered = batch.filter(isDelivered);
    return this.worker.run(
      async (_, unit) => {
        const settled = new Set<string>();
        const note = (rows: readonly Settled[]) => {
          for (const row of rows) settled.add(leaseKey(row));
        };
        if (delivered.length) note(await this.#writeDelivered(unit, delivered));
        for (const one of batch) if (!isDelivered(one)) note(await this.#writeUndelivered(unit, one));
        const isSettled = batch.map(({ lease }) => settled.has(leaseKey(lease)));
        const attempts = batch.filter((_settlement, index) => isSettled[index]).map(attemptOf);
        if (attempts.length) await unit.manager.insert(OutboxAttempt, attempts);
        return isSettled;
      },
      { isolation: 'READ COMMITTED' },
    );
  }

  #writeDelivered({ manager }: OpenUnit, batch: readonly Settlement[]): Promise<Settled[]> {
    const now = this.clock.now();
    const ids = batch.map(({ lease }) => lease.id);
    const leases = batch.map(
      ({ lease: { id, leaseOwner, leaseToken } }) => `${leaseOwner} ${leaseToken} ${id}`,
    );
    // The ids find the rows by their index, the leases fence off results of earlier claims.
    return returnedRows(
      this.dataSource,
      manager.sql`
        UPDATE outbox_message SET state = 'done', available_at = ${now}, lease_owner = NULL, lease_until = NULL,
          last_error = NULL, changed_at = ${now}, done_at = ${now}, payload = NULL
        WHERE id IN (${() => ids}) AND lease_owner || ' ' || lease_token || ' ' || id IN (${() => leases})
          AND state = 'leased'
        RETURNING id, lease_token AS "leaseToken"`,
    );
  }

  /** Each has its own error and delay. */
  #writeUndelivered({ manager }: OpenUnit, { lease, result }: Settlement): Promise<Settled[]> {
    const { id, leaseOwner, leaseToken } = lease;
    const { error, delayMs } = result;
    const now = this.clock.now();
    return returnedRows(
      this.dataSource,
      manager.sql`
        UPDATE outbox_message SET state = ${delayMs === undefined ? 'dead' : 'pending'},
          available_at = ${now + (delayMs ?? 0)}, lease_owner = NULL, lease_until = NULL, last_error = ${error ?? null},
          changed_at = ${now}
        WHERE id = ${id} AND lease_owner = ${leaseOwner} AND lease_token = ${leaseToken} AND state = 'leased'
        RETURNING id, lease_token AS "leaseToken"`,
    );
  }
}

const leaseKey = ({ id, leaseToken }: Settled) => `${leaseToken} ${id}`;

const attemptOf = ({ lease, result }: Settlement): OutboxAttempt => ({
  messageId: lease.id,
  number: lease.leaseToken,
  startedAt: result.startedAt,
  duration: Math.round(result.duration),
  outcome: result.outcome,
  status: result.status ?? null,
  error: result.error ?? null,
});
