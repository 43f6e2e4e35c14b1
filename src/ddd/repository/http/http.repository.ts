import { isAxiosError } from 'axios';
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import type { Readable } from 'node:stream';
import { traceChannels } from '../../diagnostics/index.js';
import { RemoteServiceError } from './remote.errors.js';
import { proxyRefusal } from './proxy-refusal.js';

/** What an HTTP repository is built on: a client of the remote service, and the signal that aborts its requests. */
export interface HttpScope {
  readonly client: AxiosInstance;
  readonly signal?: AbortSignal | undefined;
}

/** A collection behind a remote service. */
export abstract class HttpRepository {
  protected abstract readonly resource: string;

  constructor(private readonly scope: HttpScope) {}

  /**
   * Sends a request of which only the status matters: the response body is never read.
   * @throws RemoteServiceError unless the status is 2xx
   */
  protected async request(request: AxiosRequestConfig): Promise<void> {
    try {
      const response = await traceChannels.remote.run(
        `${(request.method ?? 'get').toUpperCase()} ${this.resource}`,
        (step) => this.#send(request, step?.traceParent),
      );
      discardBody(response);
      const refusal = proxyRefusal(response, this.resource);
      if (refusal) throw refusal;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #send(request: AxiosRequestConfig, traceParent?: string): Promise<AxiosResponse<Readable>> {
    return this.scope.client.request<Readable>({
      ...request,
      headers: { ...request.headers, ...(traceParent && { traceparent: traceParent }) },
      responseType: 'stream',
      maxRedirects: 0,
      ...(this.scope.signal && { signal: this.scope.signal }),
    });
  }

  #failure(error: unknown): unknown {
    if (!isAxiosError<Readable>(error)) return error;
    if (!error.response) return new RemoteServiceError(this.resource, { transport: error.code ?? 'unknown' });
    discardBody(error.response);
    const refusal = proxyRefusal(error.response, this.resource);
    if (refusal) return refusal;
    const retryAfterMs = parseRetryAfter(String(error.response.headers['retry-after'] ?? ''));
    return new RemoteServiceError(this.resource, {
      status: error.response.status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

/** An empty body frees its connection for reuse. Any other is aborted, because it might be endless. */
function discardBody({ data, headers }: AxiosResponse<Readable>): void {
  data.on('error', () => undefined);
  if (headers['content-length'] === '0') data.resume();
  else data.destroy();
}

const maxWaitMs = 24 * 60 * 60 * 1_000;

/** Parses `Retry-After`, given as seconds or as a date, into milliseconds. */
export function parseRetryAfter(header: string): number | undefined {
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxWaitMs);
}
