import { CodedError } from '../../error/index.js';

export interface RemoteFailure {
  /** Status of the answer; undefined when there was none. */
  readonly status?: number;
  /** Milliseconds that the service asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
  /** Transport code such as ECONNREFUSED, `timeout`, or what a proxy answered in place of the service. */
  readonly transport?: string;
  /** Why an answer that was no failure could not be used. */
  readonly reason?: string;
}

/** Characters of an answer's body that are kept. */
const maxBodyLength = 2_000;

/** A remote service answered with a failure, or not at all. Does not carry the request. */
export class RemoteServiceError extends CodedError<'remote.failed'> {
  readonly code = 'remote.failed';
  readonly #body: string | undefined;

  constructor(
    readonly resource: string,
    readonly failure: RemoteFailure,
    body?: string,
  ) {
    const { status, transport, reason } = failure;
    const what = status ? `answered ${status}` : `did not answer (${transport})`;
    super(`${resource} ${what}${reason ? `: ${reason}` : ''}`);
    this.#body = body?.slice(0, maxBodyLength);
  }

  /**
   * How the answer's body began, where it was read. It may hold personal data: nothing that prints or serializes an
   * error sees it, and nobody should log it.
   */
  get body(): string | undefined {
    return this.#body;
  }
}
