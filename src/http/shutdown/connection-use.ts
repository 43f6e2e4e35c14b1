import type { Server, ServerResponse } from 'node:http';
import { setImmediate as afterReading, setTimeout as pause } from 'node:timers/promises';

/** Milliseconds after which a client that was answered has sent its next request, if it had one to send at once. */
const quiet = 500;
/** Milliseconds; a crowd that never goes quiet holds nothing up for longer. */
const maxWaitMs = 2_000;
const look = 20;

/**
 * When kept-alive connections were last in use. A server that closes them cuts the request that a client is about to
 * send; one that answers it with `Connection: close` does not. So a stop answers on for a moment.
 */
export class ConnectionUse {
  #last = -Infinity;

  constructor(private readonly server: Server) {}

  /** Notes a request that arrives, and the end of its answer. */
  note(response: ServerResponse): void {
    this.#last = performance.now();
    response.once('close', () => (this.#last = performance.now()));
  }

  /** Waits until nobody is about to send, at most two seconds; not at all when nobody is connected. */
  async quiet(): Promise<void> {
    const until = performance.now() + maxWaitMs;
    while (performance.now() < until && performance.now() - this.#last < quiet) {
      if ((await this.#open()) === 0) return;
      await pause(look);
      // What arrived while this process was busy is read before the time is looked at.
      await afterReading();
    }
  }

  #open(): Promise<number> {
    return new Promise((resolve) => this.server.getConnections((error, open) => resolve(error ? 0 : open)));
  }
}
