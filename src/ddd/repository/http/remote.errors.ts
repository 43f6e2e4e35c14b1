import { CodedError } from '../../error/index.js';

export interface RemoteFailure {
  /** Status of the response; undefined when there was none. */
  readonly status?: number;
  /** How long the service asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
  /** Transport code such as ECONNREFUSED, `timeout`, or a proxy's own response. */
  readonly transport?: string;
  /** Why a response, of success if it has a status, could not be used. */
  readonly reason?: string;
}

/** Maximum number of characters kept of a response body. */
const maxBodyLength = 2_000;

/** A remote service responded with a failure, or not at all. Does not contain the request. */
export class RemoteServiceError extends CodedError<'remote.failed'> {
  readonly code = 'remote.failed';
  readonly #body: string | undefined;

  constructor(
    readonly resource: string,
    readonly failure: RemoteFailure,
    body?: string,
  ) {
    const { status, transport, reason } = failure;
    const failed = transport ? `did not answer (${transport})` : 'failed';
    const what = status ? `answered ${status}` : failed;
    super(`${resource} ${what}${reason ? `: ${reason}` : ''}`);
    this.#body = body?.slice(0, maxBodyLength);
  }

  /**
   * The beginning of the response body, if it was read. It may hold personal data: it is hidden from printing and
   * serialization, and must not be logged.
   */
  get body(): string | undefined {
    return this.#body;
  }
}
