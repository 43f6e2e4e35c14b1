import { channel } from 'node:diagnostics_channel';

/** What is published about a request with an `Idempotency-Key`, for metrics. */
export interface IdempotencyReport {
  /**
   * `executed` with its response recorded, `repeated` from the record, `released` after a failure that is no result, or
   * refused because the first is `in-progress` or the key is `key-reused`.
   */
  readonly outcome: 'executed' | 'repeated' | 'released' | 'in-progress' | 'key-reused';
}

/** Each request with a key that this process answers, as an `IdempotencyReport`. */
export const idempotencyChannel = channel('idempotency');

export const reportOutcome = (outcome: IdempotencyReport['outcome']): void => {
  if (idempotencyChannel.hasSubscribers) idempotencyChannel.publish({ outcome } satisfies IdempotencyReport);
};
