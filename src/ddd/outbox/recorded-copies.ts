import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { randomUUID } from 'node:crypto';
import type { ConsumerName } from './consumer-name.js';
import { defaultConsumer, queueOf } from './consumer-name.js';
import { inStates } from './message-conditions.js';
import { OutboxCopy } from './outbox-copy.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { OutboxSubscription } from './outbox-subscription.entity.js';

/** What is recorded, for any consumer. Moments are epoch milliseconds. */
export interface RecordedMessage extends Pick<
  OutboxMessage,
  'id' | 'topic' | 'partitionKey' | 'payload' | 'traceParent'
> {
  readonly recordedAt: number;
  readonly dueAt: number;
}

/**
 * The consumers of a topic: those of this program, and those that any program ever started.
 * @param own undefined in a program without a courier: then of the unnamed one, unless others are known
 */
export async function allConsumers(
  manager: EntityManager,
  topic: string,
  own: readonly string[] | undefined,
): Promise<string[]> {
  const subscriptions = await manager.find(OutboxSubscription, {
    where: { topic },
    order: { consumer: 'ASC' },
  });
  const names = new Set([...(own ?? []), ...subscriptions.map(({ consumer }) => consumer)]);
  return names.size ? [...names] : [defaultConsumer];
}

/**
 * Records a copy for every consumer. The unnamed one has the message's id, or else the first; the others have ids of
 * their own.
 */
export async function insertCopies(
  manager: EntityManager,
  message: RecordedMessage,
  consumers: readonly string[],
): Promise<void> {
  const first = consumers.includes(defaultConsumer) ? defaultConsumer : consumers[0];
  const ids = consumers.map((consumer) => (consumer === first ? message.id : randomUUID()));
  await manager.insert(
    OutboxMessage,
    consumers.map((consumer, index) =>
      pending({ ...message, id: ids[index] ?? '', topic: queueOf({ topic: message.topic, consumer }) }),
    ),
  );
  await link(
    manager,
    message.id,
    ids.filter((id) => id !== message.id),
  );
}

/** Records a copy for a new consumer of each message of its topic that another one still has to deliver. */
export async function copyUndelivered(
  manager: EntityManager,
  name: ConsumerName,
  now: number,
): Promise<void> {
  const consumers = await allConsumers(manager, name.topic, [defaultConsumer]);
  const messages = await manager.find(OutboxMessage, {
    where: {
      topic: In(consumers.map((consumer) => queueOf({ topic: name.topic, consumer }))),
      ...inStates(['pending', 'leased', 'dead']),
    },
    order: { seq: 'ASC' },
  });
  const copies = await manager.findBy(OutboxCopy, { messageId: In(messages.map(({ id }) => id)) });
  const recordedIds = new Map(copies.map(({ messageId, recordedId }) => [messageId, recordedId]));
  const copied = new Set<string>();
  for (const { id, partitionKey, payload, traceParent, createdAt } of messages) {
    const recordedId = recordedIds.get(id) ?? id;
    if (copied.has(recordedId)) continue;
    copied.add(recordedId);
    const copy = { id: randomUUID(), topic: queueOf(name), partitionKey, payload, traceParent };
    await manager.insert(
      OutboxMessage,
      pending({ ...copy, recordedAt: now, dueAt: Math.max(now, createdAt) }),
    );
    await link(manager, recordedId, [copy.id]);
  }
}

async function link(manager: EntityManager, recordedId: string, ids: readonly string[]): Promise<void> {
  if (!ids.length) return;
  await manager.insert(
    OutboxCopy,
    ids.map((messageId) => ({ messageId, recordedId })),
  );
}

const pending = ({ recordedAt, dueAt, ...message }: RecordedMessage) => ({
  ...message,
  state: 'pending' as const,
  attempts: 0,
  availableAt: dueAt,
  leaseOwner: null,
  leaseToken: 0,
  leaseUntil: null,
  lastError: null,
  createdAt: dueAt,
  changedAt: recordedAt,
  doneAt: null,
});
