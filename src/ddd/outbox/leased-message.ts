import type { AttemptOutcome } from './outbox-attempt.entity.js';

/** A lease on a message: its owner and its token. */
export interface LeasedMessage {
  readonly id: string;
  /** Of the consumer that it is for. */
  readonly queue: string;
  /** Claims so far, this one included. */
  readonly attempts: number;
  readonly leaseOwner: string;
  readonly leaseToken: number;
}

/** A message that this process has leased. */
export interface Claimed extends LeasedMessage {
  readonly payload: string;
  /** The id that the recording returned. */
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** W3C traceparent of the span that recorded it; null without tracing. */
  readonly traceParent: string | null;
  /** Whether the next message of its partition key waits for it. */
  readonly isOrdered: boolean;
}

/** A message whose lease expired without a result. */
export interface Expired extends LeasedMessage {
  /** Epoch milliseconds. */
  readonly leasedAt: number;
  /** Leases lost before this one, since it was recorded or an operator retried it. */
  readonly lost: number;
}

export interface Result {
  readonly outcome: AttemptOutcome;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly status?: number;
  /** Safe to show: nothing personal, no credentials. */
  readonly error?: string;
  /** Milliseconds until the next attempt of an undelivered message; without it the message is dead. */
  readonly delayMs?: number;
}
