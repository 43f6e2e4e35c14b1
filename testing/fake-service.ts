import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';

/** A request that a fake service received. */
export interface Received {
  /** Its idempotency key; empty without one. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** The JSON body; undefined without one. */
  readonly body: unknown;
  /** The number of the request among those of its key, from 1. */
  readonly number: number;
}

/** What a fake service does with a request; returning without a response leaves it hanging. */
export type Behaviour = (response: ServerResponse, request: Received) => void;

export const respond =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end();
export const respondJson =
  (body: unknown, status = 200): Behaviour =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
export const hang: Behaviour = () => undefined;
export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();

/** One behavior for each request of a key, in sequence; the last for all that follow. */
export const inSequence =
  (...behaviours: readonly Behaviour[]): Behaviour =>
  (response, request) =>
    behaviours.at(Math.min(request.number, behaviours.length) - 1)?.(response, request);

/**
 * A real HTTP server in place of another service, such as the notification service: it behaves as a test says, and
 * records its requests.
 *
 *     const service = await FakeService.start(inSequence(respond(503), respond(200)));
 */
export class FakeService {
  readonly received: Received[] = [];
  /** Keys that were in flight twice at the same moment. */
  readonly concurrentDuplicates: string[] = [];
  /** Maximum number of requests in flight. */
  maxInFlight = 0;
  behaviour: Behaviour = respond(200);
  readonly #arrivals = new EventEmitter();
  readonly #inFlight = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    // A sender may be killed in the middle of its request.
    this.#receive(request, response).catch(() => response.destroy());
  });

  static async start(behaviour?: Behaviour): Promise<FakeService> {
    const service = new FakeService();
    if (behaviour) service.behaviour = behaviour;
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The first request, once it has arrived. */
  get first(): Promise<Received> {
    return this.until(1).then(([request]) => request as Received);
  }

  /** Waits for this many requests. The test's own timeout limits the wait. */
  async until(count: number): Promise<readonly Received[]> {
    while (this.received.length < count) await once(this.#arrivals, 'request');
    return this.received;
  }

  get keys(): Set<string> {
    return new Set(this.#numbers.keys());
  }

  /** The requests of a key, in order. */
  of(key: string): Received[] {
    return this.received.filter((request) => request.key === key);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key'] ?? '');
    // If a request ended just before this one began, both events arrive in the same iteration, in any order.
    if (this.#inFlight.has(key)) await yieldToEventLoop();
    const others = this.#inFlight.get(key) ?? 0;
    if (others) this.concurrentDuplicates.push(key);
    this.#inFlight.set(key, others + 1);
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight.size);
    response.once('close', () => {
      const left = (this.#inFlight.get(key) ?? 1) - 1;
      if (left) this.#inFlight.set(key, left);
      else this.#inFlight.delete(key);
    });
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    const body: unknown = text ? JSON.parse(text) : undefined;
    const received = { key, method: request.method ?? '', path: request.url ?? '', body, number };
    this.received.push(received);
    this.#arrivals.emit('request');
    this.behaviour(response, received);
  }
}
