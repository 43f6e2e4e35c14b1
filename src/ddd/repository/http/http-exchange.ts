import { setTimeout as sleep } from 'node:timers/promises';
import { isAxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import { backoffMs, spreadMs } from '../../timing/index.js';
import { parseRetryAfter } from './http.repository.js';
import type { HttpScope } from './http.repository.js';
import { rejectionOf } from './rejected-response.js';
import { RemoteServiceError } from './remote.errors.js';
import { proxyRefusal } from './proxy-refusal.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** The id of the requested record: a 404 then means that it does not exist. */
  readonly id?: string;
}

/** Limit for a request and its response, where the client has no timeout of its own. */
const defaultTimeoutMs = 10_000;
const maxBodyBytes = 1_048_576;
const tries = 3;
/** The longest `Retry-After` that is waited for, in milliseconds. The caller decides about a longer one. */
const maxWaitMs = 5_000;
const waits = { firstMs: 200 };
/** Methods that are safe to repeat: they change nothing, or make the same change. */
const repeatable: readonly HttpRequest['method'][] = ['GET', 'PUT'];
const passing: readonly number[] = [408, 425, 429, 502, 503, 504];

/** Sends requests to one remote collection and reads its JSON responses, with limits on time, size and attempts. */
export class HttpExchange {
  constructor(
    private readonly scope: HttpScope,
    private readonly resource: string,
  ) {}

  /**
   * Sends a request. GET and PUT are tried up to three times when the service is unavailable or asks for a retry.
   * @returns the parsed body of the response; undefined when there is none
   * @throws NotFoundError, AlreadyExistsError, IntegrityError, RemoteServiceError
   */
  async send(request: HttpRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#attempt(request);
      if (!(response instanceof RemoteServiceError)) return this.#read(response, request);
      const waitMs = repeatable.includes(request.method) ? waitAfter(response, attempt) : undefined;
      if (waitMs === undefined) throw response;
      await sleep(waitMs, undefined, { ...(this.scope.signal && { signal: this.scope.signal }) }).catch(
        () => {
          throw response;
        },
      );
    }
  }

  async #attempt({
    method,
    path,
    query,
    body,
  }: HttpRequest): Promise<AxiosResponse<string> | RemoteServiceError> {
    const { client, signal } = this.scope;
    const timeout = client.defaults.timeout || defaultTimeoutMs;
    const deadline = AbortSignal.timeout(timeout);
    try {
      const response = await client.request<string>({
        method,
        url: path,
        params: query,
        data: body,
        headers: { Accept: 'application/json' },
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: maxBodyBytes,
        timeout,
        // The timeout of axios limits the silence between two packets; this limits the total.
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const refusal = proxyRefusal(response, this.resource);
      if (refusal) return refusal;
      if (!passing.includes(response.status)) return response;
      const retryAfterMs = parseRetryAfter(String(response.headers['retry-after'] ?? ''));
      const failure = { status: response.status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      return new RemoteServiceError(this.resource, failure, response.data);
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      const transport = deadline.aborted ? 'timeout' : (error.code ?? 'unknown');
      return new RemoteServiceError(this.resource, { transport });
    }
  }

  #read({ status, data }: AxiosResponse<string>, { method, id }: HttpRequest): unknown {
    const body = parsed(data);
    if (status < 200 || status > 299)
      throw rejectionOf(this.resource, {
        isRemoval: method === 'DELETE',
        status,
        text: data,
        body,
        ...(id !== undefined && { id }),
      });
    if (data && body === undefined)
      throw new RemoteServiceError(this.resource, { status, reason: 'not JSON' }, data);
    return body;
  }
}

function waitAfter({ failure }: RemoteServiceError, attempt: number): number | undefined {
  if (attempt >= tries || failure.transport === 'ERR_CANCELED' || failure.transport === 'ERR_BAD_RESPONSE')
    return undefined;
  const requested = failure.retryAfterMs ?? 0;
  if (requested > maxWaitMs) return undefined;
  return Math.max(requested, spreadMs(backoffMs(attempt, waits)));
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
