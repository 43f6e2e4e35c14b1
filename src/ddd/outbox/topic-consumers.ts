import type { DiscoveryService } from '@nestjs/core';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Clock } from './clock.js';
import type { CourierOptions } from './courier-options.js';
import { defaultConsumer, isValidConsumer, isValidTopic, maxQueueLength, queueOf } from './consumer-name.js';
import { Delivers } from './message-handler.js';
import type { Consumption, MessageHandler } from './message-handler.js';
import { DuplicateHandlerError, InvalidConsumerError } from './outbox.errors.js';
import { TopicConsumer } from './topic-consumer.js';

type NamedConsumption = Consumption & Required<Pick<Consumption, 'consumer' | 'includesEarlier'>>;

/** As a time limit, an hour. */
const maxLimit = 3_600_000;

interface Handler {
  readonly instance: MessageHandler;
  /** Its class and its module. */
  readonly name: string;
  readonly consumption: NamedConsumption;
}

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
      leaseMs: Math.max(options.leaseMs, 3 * timeoutMs),
    };
    const breaker = new CircuitBreaker(clock);
    return new TopicConsumer({ topic, consumer }, handler.instance, breaker, limits, includesEarlier);
  });
}

/** Considers every kind of provider: the class of the object counts, whether Nest or a factory created it. */
function handlersByQueue(discovery: DiscoveryService): [Handler, ...Handler[]][] {
  const found = new Map<string, [Handler, ...Handler[]]>();
  for (const { instance, host } of discovery.getProviders()) {
    const made: unknown = instance;
    const declared = typeof made === 'object' && made !== null ? declarationOf(made.constructor) : undefined;
    if (declared === undefined) continue;
    const handler = made as MessageHandler;
    const name = `${handler.constructor.name} of ${host?.name ?? 'no module'}`;
    const consumption = consumptionOf(declared, name);
    const queue = queueOf(consumption);
    const handlers = found.get(queue);
    // Another token for the same object is no second handler.
    if (handlers?.some((known) => known.instance === handler)) continue;
    const entry = { instance: handler, name, consumption };
    if (handlers) handlers.push(entry);
    else found.set(queue, [entry]);
  }
  return [...found.values()];
}

const declarationOf = (handler: unknown): string | Consumption | undefined =>
  typeof handler === 'function'
    ? (Reflect.getMetadata(Delivers.KEY, handler) as string | Consumption | undefined)
    : undefined;

/** @throws InvalidConsumerError */
function consumptionOf(declared: string | Consumption, handler: string): NamedConsumption {
  const consumption = {
    consumer: defaultConsumer,
    includesEarlier: false,
    ...(typeof declared === 'string' ? { topic: declared } : declared),
  };
  const { topic, consumer } = consumption;
  if (!isValidTopic(topic))
    throw new InvalidConsumerError(handler, `the topic "${topic}" must not be empty or contain #`);
  if (!isValidConsumer(consumer))
    throw new InvalidConsumerError(
      handler,
      `the consumer name "${consumer}" must consist of letters, digits, dots, hyphens and underscores`,
    );
  if (queueOf(consumption).length > maxQueueLength)
    throw new InvalidConsumerError(
      handler,
      `the topic and the consumer name must have at most ${maxQueueLength - 1} characters together`,
    );
  const { timeoutMs, concurrency } = consumption;
  for (const [option, value] of Object.entries({ timeoutMs, concurrency }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= maxLimit))
      throw new InvalidConsumerError(
        handler,
        `${option} must be a whole number from 1 to ${maxLimit}, not ${value}`,
      );
  return consumption;
}
