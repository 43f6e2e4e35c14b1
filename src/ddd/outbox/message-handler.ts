import { DiscoveryService } from '@nestjs/core';

export interface Delivery {
  /** The message's id, the same at every attempt: send it along, so that the receiver can recognize a repeat. */
  readonly key: string;
  /** Aborted when the delivery takes too long. */
  readonly signal: AbortSignal;
}

/** Delivers the messages of one topic. Returning means delivered; throwing means another attempt, or the end. */
export interface MessageHandler<Payload extends object = object> {
  deliver(payload: Payload, delivery: Delivery): Promise<void>;
}

/** Marks a provider as the handler of a topic. */
export const Delivers = DiscoveryService.createDecorator<string>();
