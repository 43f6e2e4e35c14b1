import type { Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

export interface Delivery {
  /** The id of this consumer's copy, the same at every attempt: send it along, so that the receiver can recognize a repeat. */
  readonly key: string;
  /** The id that the recording returned, the same for every consumer of the message. */
  readonly messageId: string;
  /** Since when the message has been due: when it was recorded, or the later moment that it was recorded for. */
  readonly dueAt: Date;
  /** Aborted when the delivery takes too long. */
  readonly signal: AbortSignal;
}

/** Delivers the messages of one topic. Returning means delivered; throwing means another attempt, or the end. */
export interface MessageHandler<Payload extends object = object> {
  deliver(payload: Payload, delivery: Delivery): Promise<void>;
}

/** How a handler consumes a topic. */
export interface Consumption {
  readonly topic: string;
  /**
   * Names this consumer within its topic. Every consumer gets its own copy of each message, which waits under this name:
   * a new name is a new consumer. One consumer of a topic may have none.
   */
  readonly consumer?: string;
  /** Whether a new consumer also gets what was recorded before its first start and is still undelivered. */
  readonly includesEarlier?: boolean;
  /**
   * Makes the units of work of each delivery one, together with a record of its key: their effect in the database is
   * there exactly once.
   */
  readonly exactlyOnce?: boolean;
  /** Milliseconds that one delivery may take; the send timeout of the courier by default. */
  readonly timeoutMs?: number;
  /** How many deliveries one process may have in flight; by default a share of the courier's, and what others leave. */
  readonly concurrency?: number;
  /** The class whose declared fields describe the payload in the AsyncAPI document. */
  readonly schema?: Type;
}

/** Marks a provider as a consumer of a topic: `@Delivers('order.placed')`. */
export const Delivers = DiscoveryService.createDecorator<string | Consumption>();
