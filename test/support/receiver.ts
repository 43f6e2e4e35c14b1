import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Received {
  readonly key: string;
  readonly path: string;
  readonly body: unknown;
  /** Which request of its key it is, from 1. */
  readonly number: number;
}

/** What the receiver does with a request; returning without an answer leaves it hanging. */
export type Behaviour = (response: ServerResponse, request: Received) => void;

export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end();
export const hang: Behaviour = () => undefined;
export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();

/** A real HTTP server in the place of the notification service, which behaves as a test says and keeps a record. */
export class Receiver {
  readonly received: Received[] = [];
  /** Keys that were seen under way twice at the same moment. */
  readonly twiceAtOnce: string[] = [];
  /** Most requests under way at once. */
  most = 0;
  behaviour: Behaviour = answer(200);
  readonly #underWay = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    // A sender may be killed in the middle of its request.
    this.#receive(request, response).catch(() => response.destroy());
  });

  static async start(behaviour?: Behaviour): Promise<Receiver> {
    const receiver = new Receiver();
    if (behaviour) receiver.behaviour = behaviour;
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get keys(): Set<string> {
    return new Set(this.#numbers.keys());
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key']);
    // Where a request came to an end just before this one began, both are told of in the same turn, in any order.
    if (this.#underWay.has(key)) await nextTurn();
    const others = this.#underWay.get(key) ?? 0;
    if (others) this.twiceAtOnce.push(key);
    this.#underWay.set(key, others + 1);
    this.most = Math.max(this.most, this.#underWay.size);
    response.once('close', () => {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    });
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    const received = { key, path: request.url ?? '', body: text ? JSON.parse(text) : undefined, number };
    this.received.push(received);
    this.behaviour(response, received);
  }
}
