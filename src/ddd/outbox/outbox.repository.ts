import { randomUUID } from 'node:crypto';
import { traceChannels } from '../diagnostics/index.js';
import type { SqlScope } from '../repository/index.js';
import { dueTime } from './due-time.js';
import type { DueTime } from './due-time.js';
import { consumersOf } from './handled-topics.js';
import { allConsumers, insertCopies } from './recorded-copies.js';
import { assertKey, cancelByKey, takeKey } from './recorded-keys.js';

export interface Recording extends DueTime {
  /**
   * The message's id, a uuid by default. A message that is recorded once per entity may take the entity's id, so that
   * operators find it by what they know.
   */
  readonly id?: string;
  /** A consumer gets the messages of one partition key in commit order. */
  readonly partitionKey?: string;
  /**
   * Records the message once: as long as a message of the topic with this key is kept, delivered ones included, no
   * other is recorded. At most 200 characters.
   */
  readonly key?: string;
}

/**
 * Records messages of one topic. In a unit of work the message commits or rolls back with everything else; the commit
 * wakes the courier.
 */
export abstract class OutboxRepository<Payload extends object> {
  protected abstract readonly topic: string;

  constructor(private readonly scope: SqlScope) {}

  /**
   * @returns the id of the message, or of the earlier one with its key
   * @throws UnhandledTopicError when no handler of this program would deliver it
   * @throws RangeError for a due time or a key that is none
   */
  protected async add(
    payload: Payload,
    { id = randomUUID(), partitionKey, key, ...due }: Recording = {},
  ): Promise<string> {
    const { manager } = this.scope;
    const { topic } = this;
    const own = consumersOf(manager.dataSource, topic);
    const recordedAt = Date.now();
    const dueAt = dueTime(due, recordedAt);
    if (key !== undefined) {
      assertKey(key);
      const earlier = await takeKey(manager, { topic, key }, id);
      if (earlier !== undefined) return earlier;
    }
    // Numbered under a lock, so that the order within a partition key is the commit order.
    if (partitionKey && manager.dataSource.options.type === 'postgres')
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [partitionKey]);
    const consumers = await allConsumers(manager, topic, own);
    const message = { id, topic, partitionKey: partitionKey ?? null, payload: JSON.stringify(payload) };
    await traceChannels.record.run(topic, (step) =>
      insertCopies(
        manager,
        { ...message, traceParent: step?.traceParent ?? null, recordedAt, dueAt },
        consumers,
      ),
    );
    return id;
  }

  /**
   * Cancels a message that was recorded with a key, while it waits: for its time, for a slot, or for another attempt.
   * Its key can then be used again. @returns whether it waited
   */
  protected async cancel(key: string): Promise<boolean> {
    return cancelByKey(this.scope.manager, { topic: this.topic, key }, Date.now());
  }
}
