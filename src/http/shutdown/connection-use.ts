import type { Server } from 'node:http';
import { setImmediate as afterReading, setTimeout as pause } from 'node:timers/promises';

/** Within this time a client with more requests sends the next one. */
const quietMs = 500;
/** Clients that never go quiet delay the stop no longer than this. */
const maxWaitMs = 2_000;
const pollIntervalMs = 20;

/**
 * Tracks when kept-alive connections were last in use. A server that closes them cuts the request that a client is
 * about to send; one that answers it with `Connection: close` does not. So a stopping process keeps answering briefly.
 */
export class ConnectionUse {
  #last = -Infinity;

  constructor(private readonly server: Server) {}

  /** Records the arrival of a request, or the end of its response. */
  note(): void {
    this.#last = performance.now();
  }

  /** Waits until no client is about to send, at most two seconds; not at all without connections. */
  async quiet(): Promise<void> {
    const until = performance.now() + maxWaitMs;
    while (performance.now() < until && performance.now() - this.#last < quietMs) {
      if ((await this.#open()) === 0) return;
      await pause(pollIntervalMs);
      // Read what arrived while this process was busy before checking the time.
      await afterReading();
    }
  }

  #open(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((error, open) => resolve(error ? 0 : open)));
  }
}
