import type { DiscoveryService } from '@nestjs/core';
import { defaultConsumer, isValidConsumer, isValidTopic, maxQueueLength, queueOf } from './consumer-name.js';
import { declaredMethods } from './declared-methods.js';
import { Delivers } from './message-handler.js';
import type { Consumption, MessageHandler } from './message-handler.js';
import { InvalidConsumerError } from './outbox.errors.js';

/** As a time limit, an hour. */
const maxLimit = 3_600_000;

type NamedConsumption = Consumption & Required<Pick<Consumption, 'consumer' | 'includesEarlier'>>;

interface Handler {
  readonly handler: MessageHandler;
  /** Its class and its module. */
  readonly name: string;
}

interface Declared extends Handler {
  readonly declaration: string | Consumption;
}

interface DiscoveredHandler extends Handler {
  readonly consumption: NamedConsumption;
}

/** A consumer as its handler declares it. */
export interface DeclaredConsumer extends NamedConsumption {
  /** The class of its handler, and its module. */
  readonly handler: string;
}

/** The consumers of a program, also of one in Nest's preview mode, which has no handlers that factories make. */
export function declaredConsumers(discovery: DiscoveryService): DeclaredConsumer[] {
  return handlersByQueue(discovery).map(([{ consumption, name }]) => ({ ...consumption, handler: name }));
}

/** The handlers with `@Delivers`, several of one queue together. @throws InvalidConsumerError */
export function handlersByQueue(discovery: DiscoveryService): [DiscoveredHandler, ...DiscoveredHandler[]][] {
  const found = new Map<string, [DiscoveredHandler, ...DiscoveredHandler[]]>();
  for (const { declaration, ...handler } of [...classHandlers(discovery), ...methodHandlers(discovery)]) {
    const consumption = consumptionOf(declaration, handler.name);
    const queue = queueOf(consumption);
    const handlers = found.get(queue);
    // Another token for the same object is no second handler.
    if (handlers?.some(({ handler: known }) => known === handler.handler)) continue;
    const entry = { ...handler, consumption };
    if (handlers) handlers.push(entry);
    else found.set(queue, [entry]);
  }
  return [...found.values()];
}

/** Considers every kind of provider: the class of the object counts, whether Nest or a factory created it. */
function classHandlers(discovery: DiscoveryService): Declared[] {
  return discovery.getProviders().flatMap(({ instance, host }) => {
    const made: unknown = instance;
    if (typeof made !== 'object' || made === null || typeof made.constructor !== 'function') return [];
    const declaration = Reflect.getMetadata(Delivers.KEY, made.constructor) as
      Declared['declaration'] | undefined;
    if (declaration === undefined) return [];
    const name = `${made.constructor.name} of ${host?.name ?? 'no module'}`;
    return [{ handler: made as MessageHandler, declaration, name }];
  });
}

function methodHandlers(discovery: DiscoveryService): Declared[] {
  const declared = declaredMethods<Declared['declaration']>(discovery, Delivers.KEY);
  return declared.map(({ instance, method, declaration, name }) => {
    const methods = instance as Record<string, MessageHandler['deliver']>;
    return {
      handler: { deliver: async (payload, delivery) => methods[method]?.(payload, delivery) },
      declaration,
      name,
    };
  });
}

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
