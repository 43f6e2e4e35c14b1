import { CodedError } from '../error/index.js';

/** The first request with this key is still being executed. */
export class RequestInProgressError extends CodedError<'idempotency.in-progress'> {
  readonly code = 'idempotency.in-progress';
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds = 1;

  constructor() {
    super('A request with this Idempotency-Key is still in progress');
  }
}

/** The key was used for other content. */
export class KeyReusedError extends CodedError<'idempotency.key-reused'> {
  readonly code = 'idempotency.key-reused';

  constructor() {
    super('This Idempotency-Key was used for another request');
  }
}

export type IdempotencyErrorCode = (RequestInProgressError | KeyReusedError)['code'];
