import type { DiscoveryService } from '@nestjs/core';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Clock } from './clock.js';
import { Delivers } from './message-handler.js';
import type { MessageHandler } from './message-handler.js';
import { DuplicateHandlerError } from './outbox.errors.js';
import { TopicConsumer } from './topic-consumer.js';

interface Handler {
  readonly instance: MessageHandler;
  /** Its class and its module. */
  readonly name: string;
}

/**
 * A consumer for each topic that has a handler in this program.
 * @param concurrency deliveries in flight, which the consumers share
 * @throws DuplicateHandlerError
 */
export function createConsumers(
  discovery: DiscoveryService,
  clock: Clock,
  concurrency: number,
): TopicConsumer[] {
  const handlers = handlersByTopic(discovery);
  const share = Math.max(1, Math.floor(concurrency / handlers.size));
  return [...handlers].map(([topic, [handler, ...others]]) => {
    if (others.length)
      throw new DuplicateHandlerError(
        topic,
        [handler, ...others].map(({ name }) => name),
      );
    return new TopicConsumer(topic, handler.instance, new CircuitBreaker(clock), share);
  });
}

/** Considers every kind of provider: the class of the object counts, whether Nest or a factory created it. */
function handlersByTopic(discovery: DiscoveryService): Map<string, [Handler, ...Handler[]]> {
  const found = new Map<string, [Handler, ...Handler[]]>();
  for (const { instance, host } of discovery.getProviders()) {
    const made: unknown = instance;
    const topic = typeof made === 'object' && made !== null ? topicOf(made.constructor) : undefined;
    if (topic === undefined) continue;
    const handler = made as MessageHandler;
    const handlers = found.get(topic);
    // Another token for the same object is no second handler.
    if (handlers?.some((known) => known.instance === handler)) continue;
    const entry = { instance: handler, name: `${handler.constructor.name} of ${host?.name ?? 'no module'}` };
    if (handlers) handlers.push(entry);
    else found.set(topic, [entry]);
  }
  return found;
}

const topicOf = (handler: unknown): string | undefined =>
  typeof handler === 'function'
    ? (Reflect.getMetadata(Delivers.KEY, handler) as string | undefined)
    : undefined;
