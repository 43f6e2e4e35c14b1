import { randomUUID } from 'node:crypto';
import { traceChannels } from '../diagnostics/index.js';
import type { SqlScope } from '../repository/index.js';
import { requireHandler } from './handled-topics.js';
import { OutboxMessage } from './outbox-message.entity.js';

export interface Recording {
  /**
   * The message's id, a uuid by default. A message that is recorded once per entity may take the entity's id, so that
   * operators find it by what they know.
   */
  readonly id?: string;
  /** Messages of one key are delivered in commit order. */
  readonly partitionKey?: string;
}

/**
 * Records messages of one topic. In a unit of work the message commits or rolls back with everything else; the commit
 * wakes the courier.
 */
export abstract class OutboxRepository<Payload extends object> {
  protected abstract readonly topic: string;

  constructor(private readonly scope: SqlScope) {}

  /**
   * @returns the id of the message, which is its idempotency key
   * @throws UnhandledTopicError when no handler of this program would deliver it
   */
  protected async add(
    payload: Payload,
    { id = randomUUID(), partitionKey }: Recording = {},
  ): Promise<string> {
    const { manager } = this.scope;
    requireHandler(manager.dataSource, this.topic);
    // Numbered under a lock, so that the order within a key is the commit order.
    if (partitionKey && manager.dataSource.options.type === 'postgres')
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [partitionKey]);
    const now = Date.now();
    await traceChannels.record.run(this.topic, (step) =>
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
        changedAt: now,
        doneAt: null,
        traceParent: step?.traceParent ?? null,
      }),
    );
    return id;
  }
}
