import { randomUUID } from 'node:crypto';
import { steps } from '../diagnostics/steps.js';
import type { SqlScope } from '../repository/sql-scope.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { wakeSignal } from './wake-signal.js';

export interface Recording {
  /** Messages of one key are delivered in the order of their commits. */
  readonly partitionKey?: string;
}

/**
 * Records messages of one topic. In a unit of work the message stands or falls with everything else in it; the courier
 * is woken by the commit.
 */
export abstract class OutboxRepository<Payload extends object> {
  protected abstract readonly topic: string;

  constructor(private readonly scope: SqlScope) {}

  /** @returns the id of the message, which is its idempotency key */
  protected async add(payload: Payload, { partitionKey }: Recording = {}): Promise<string> {
    const { manager } = this.scope;
    const id = randomUUID();
    const now = Date.now();
    if (partitionKey && manager.dataSource.options.type === 'postgres')
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [partitionKey]);
    await steps.record.run(this.topic, (step) =>
      manager.insert(OutboxMessage, {
        id,
        topic: this.topic,
        partitionKey: partitionKey ?? null,
        payload: JSON.stringify(payload),
        state: 'pending',
        attempts: 0,
        availableAt: now,
        leaseOwner: null,
        leaseToken: 0,
        leaseUntil: null,
        lastError: null,
        createdAt: now,
        doneAt: null,
        traceParent: step?.traceParent ?? null,
      }),
    );
    const wake = () => wakeSignal(manager.dataSource).emit('recorded');
    if (this.scope.afterCommit) this.scope.afterCommit(wake);
    else wake();
    return id;
  }
}
