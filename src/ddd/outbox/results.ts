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

/** Writes the results of attempts, with the attempts themselves. Deliveries are written in batches. */
export class Results {
  readonly #deliveries = new Batches((batch: readonly Settlement[]) => this.#writeDelivered(batch));

  constructor(
    private readonly dataSource: DataSource,
    private readonly worker: SqlWorker,
    private readonly clock: Clock,
  ) {}

  /** @returns whether the lease still held; otherwise nothing is written */
  async write(lease: LeasedMessage, result: Result): Promise<boolean> {
    const settlement = { lease, result };
    if (result.outcome === 'delivered') return this.#deliveries.add(settlement);
    const [isSettled = false] = await this.#writeUndelivered(settlement);
    return isSettled;
  }

  #writeDelivered(batch: readonly Settlement[]): Promise<boolean[]> {
    const now = this.clock.now();
    const ids = batch.map(({ lease }) => lease.id);
    const leases = batch.map(
      ({ lease: { id, leaseOwner, leaseToken } }) => `${leaseOwner} ${leaseToken} ${id}`,
    );
    return this.#write(
      batch,
      ({ manager }) =>
        // The ids find the rows by their index, the leases fence off results of earlier claims.
        manager.sql`
          UPDATE outbox_message SET state = 'done', available_at = ${now}, lease_owner = NULL, lease_until = NULL,
            last_error = NULL, changed_at = ${now}, done_at = ${now}, payload = NULL
          WHERE id IN (${() => ids}) AND lease_owner || ' ' || lease_token || ' ' || id IN (${() => leases})
            AND state = 'leased'
          RETURNING id, lease_token AS "leaseToken"`,
    );
  }

  #writeUndelivered(settlement: Settlement): Promise<boolean[]> {
    const { id, leaseOwner, leaseToken } = settlement.lease;
    const { error, delayMs } = settlement.result;
    const now = this.clock.now();
    return this.#write(
      [settlement],
      ({ manager }) => manager.sql`
        UPDATE outbox_message SET state = ${delayMs === undefined ? 'dead' : 'pending'},
          available_at = ${now + (delayMs ?? 0)}, lease_owner = NULL, lease_until = NULL, last_error = ${error ?? null},
          changed_at = ${now}
        WHERE id = ${id} AND lease_owner = ${leaseOwner} AND lease_token = ${leaseToken} AND state = 'leased'
        RETURNING id, lease_token AS "leaseToken"`,
    );
  }

  /** @param update returns the messages whose lease still held */
  #write(
    settlements: readonly Settlement[],
    update: (unit: OpenUnit) => Promise<unknown>,
  ): Promise<boolean[]> {
    return this.worker.run(
      async (_, unit) => {
        const rows = await returnedRows<Settled>(this.dataSource, update(unit));
        const tokens = new Map(rows.map(({ id, leaseToken }) => [id, leaseToken]));
        const isSettled = settlements.map(({ lease: { id, leaseToken } }) => tokens.get(id) === leaseToken);
        const attempts = settlements.filter((_settlement, index) => isSettled[index]).map(attemptOf);
        if (attempts.length) await unit.manager.insert(OutboxAttempt, attempts);
        return isSettled;
      },
      { isolation: 'READ COMMITTED' },
    );
  }
}

const attemptOf = ({ lease, result }: Settlement): OutboxAttempt => ({
  messageId: lease.id,
  number: lease.leaseToken,
  startedAt: result.startedAt,
  duration: Math.round(result.duration),
  outcome: result.outcome,
  status: result.status ?? null,
  error: result.error ?? null,
});
