import { CodedError } from '../coded.error.js';

export interface RemoteFailure {
  /** Status of the answer; undefined when there was none. */
  readonly status?: number;
  /** Milliseconds that the service asked to wait (`Retry-After`). */
  readonly retryAfter?: number;
  /** Transport code such as ECONNREFUSED, or `timeout`. */
  readonly transport?: string;
}

/** A remote service answered with a failure, or not at all. Carries neither the request nor the answer's body. */
export class RemoteServiceError extends CodedError<'remote.failed'> {
  readonly code = 'remote.failed';

  constructor(
    readonly resource: string,
    readonly failure: RemoteFailure,
  ) {
    super(
      `${resource} ${failure.status ? `answered ${failure.status}` : `did not answer (${failure.transport})`}`,
    );
  }
}
