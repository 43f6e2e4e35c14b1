import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A notification service that takes every request and never answers any. */
export class SilentService {
  private readonly server = createServer(() => this.#arrive());
  #arrive = () => {};
  /** Fulfilled once a request has come in. */
  readonly arrived = new Promise<void>((resolve) => (this.#arrive = resolve));

  static async start(): Promise<SilentService> {
    const service = new SilentService();
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends the service, and with it every request that it has taken. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
