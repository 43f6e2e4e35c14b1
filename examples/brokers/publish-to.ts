import { Inject, Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Delivers } from '../../src/ddd/outbox/index.js';
import type { Consumption, Delivery, MessageHandler } from '../../src/ddd/outbox/index.js';
import { cloudEvent } from './cloud-event.js';
import { EventBroker } from './event-broker.js';

/** Levels of letters, digits, hyphens and underscores, which both brokers understand. */
const publishable = /^[\w-]+(\.[\w-]+)*$/;

/**
 * A consumer of a topic that publishes its messages to a broker. List it among the providers of a module.
 *
 *     export const OrdersToNats = publishTo(NatsBroker, { topic: 'order.placed', consumer: 'nats' });
 *
 * @throws RangeError for a topic that no broker can route
 */
export function publishTo(
  broker: abstract new (...args: never[]) => EventBroker,
  consumption: Consumption,
): Type<MessageHandler> {
  const { topic: type } = consumption;
  if (!publishable.test(type))
    throw new RangeError(
      `The topic "${type}" cannot be published: use letters, digits, hyphens and underscores, with dots between levels`,
    );

  @Injectable()
  @Delivers(consumption)
  class Publisher implements MessageHandler {
    constructor(@Inject(broker) private readonly broker: EventBroker) {}

    deliver(payload: object, delivery: Delivery): Promise<void> {
      return this.broker.publish(cloudEvent({ source: this.broker.source, type }, payload, delivery));
    }
  }
  return Publisher;
}
