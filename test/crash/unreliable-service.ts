import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.js';

/** What the service did with one request. */
export type ServiceResponse =
  'accepts' | 'accepts slowly' | 'accepts too late' | 'hangs' | 'resets' | 'refuses' | 500 | 503 | 429;

export interface ReceivedRequest {
  readonly key: string;
  readonly email: string;
  /** The kind of the mail. */
  readonly kind: string;
  /** Which process sent it. */
  readonly sender: string;
  readonly at: number;
  readonly answer: ServiceResponse;
  /** When the whole 200 had been passed to the network; only then may the sender consider it delivered. */
  acceptedAt?: number;
}

const failingResponses: readonly (readonly [ServiceResponse, number])[] = [
  ['accepts', 70],
  ['accepts slowly', 6],
  ['accepts too late', 3],
  ['hangs', 3],
  ['resets', 5],
  [500, 5],
  [503, 4],
  [429, 4],
];

/** A notification service that fails in every way, and records every request. */
export class UnreliableService {
  readonly received: ReceivedRequest[] = [];
  /** Healthy: each request is accepted at once. */
  healthy = false;
  /** Answers 400 to addresses that begin with `refused`. */
  refusing = true;
  private server!: Server;
  private port = 0;

  private constructor(
    private readonly chance: Chance,
    /** The timeout of the sender. */
    private readonly patience: number,
  ) {}

  static async start(chance: Chance, patience: number): Promise<UnreliableService> {
    const service = new UnreliableService(chance, patience);
    await service.#listen();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Dies, and restarts on the same port. */
  async die(milliseconds: number): Promise<void> {
    await this.stop();
    await pause(milliseconds);
    await this.#listen();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    this.server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const email = await emailIn(request).catch(() => undefined);
    if (email === undefined) return;
    const answer = this.#responseTo(email);
    const received: ReceivedRequest = {
      key: String(request.headers['idempotency-key']),
      email,
      kind: /^\/notifications\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '',
      sender: String(request.headers['x-sender']),
      at: Date.now(),
      answer,
    };
    this.received.push(received);
    await this.#respond(answer, received, response);
  }

  #responseTo(email: string): ServiceResponse {
    if (this.refusing && email.startsWith('refused')) return 'refuses';
    return this.healthy ? 'accepts' : this.chance.among(failingResponses);
  }

  async #respond(
    answer: ServiceResponse,
    received: ReceivedRequest,
    response: ServerResponse,
  ): Promise<void> {
    switch (answer) {
      case 'accepts slowly':
        await pause(this.chance.upTo(this.patience / 2));
        return accept(received, response);
      case 'accepts too late':
        await pause(2 * this.patience);
        return accept(received, response);
      case 'accepts':
        return accept(received, response);
      case 'hangs':
        return;
      case 'resets':
        response.socket?.resetAndDestroy();
        return;
      case 'refuses':
        response.writeHead(400, { 'Content-Length': 0 }).end();
        return;
      case 429:
        response.writeHead(429, { 'Content-Length': 0, 'Retry-After': 1 }).end();
        return;
      case 500:
      case 503:
        response.writeHead(answer, { 'Content-Length': 0 }).end();
    }
  }
}

function accept(received: ReceivedRequest, response: ServerResponse): void {
  if (response.destroyed) return;
  response.once('finish', () => (received.acceptedAt = Date.now()));
  response.writeHead(200, { 'Content-Length': 0 }).end();
}

async function emailIn(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return (JSON.parse(body) as { email: string }).email;
}
