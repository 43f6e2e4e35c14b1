import type { DiscoveryService } from '@nestjs/core';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Clock } from './clock.js';
import type { CourierOptions } from './courier-options.js';
import { handlersByQueue } from './discovered-handlers.js';
import { DuplicateHandlerError } from './outbox.errors.js';
import { TopicConsumer } from './topic-consumer.js';

/**
 * The consumers that this program has handlers for.
 * @throws DuplicateHandlerError, InvalidConsumerError
 */
export function createConsumers(
  discovery: DiscoveryService,
  clock: Clock,
  options: Pick<CourierOptions, 'concurrency' | 'sendTimeoutMs' | 'leaseMs'>,
): TopicConsumer[] {
  const handlers = handlersByQueue(discovery);
  const sharing = handlers.filter(([{ consumption }]) => consumption.concurrency === undefined);
  const share = Math.max(1, Math.floor(options.concurrency / Math.max(1, sharing.length)));
  return handlers.map(([handler, ...others]) => {
    const {
      topic,
      consumer,
      includesEarlier,
      concurrency,
      timeoutMs = options.sendTimeoutMs,
    } = handler.consumption;
    if (others.length)
      throw new DuplicateHandlerError(
        topic,
        consumer,
        [handler, ...others].map(({ name }) => name),
      );
    const limits = {
      slots: concurrency ?? share,
      isLending: concurrency === undefined,
      timeoutMs,
      exactlyOnce: handler.consumption.exactlyOnce ?? false,
      leaseMs: Math.max(options.leaseMs, 3 * timeoutMs),
    };
    const breaker = new CircuitBreaker(clock);
    return new TopicConsumer({ topic, consumer }, handler.handler, breaker, limits, includesEarlier);
  });
}
