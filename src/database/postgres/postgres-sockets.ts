import { Socket } from 'node:net';

/** A server that does not respond never closes its connections, and their sockets would keep the process alive. */
const closeTimeoutMs = 2_000;

/** The sockets of the connections to one PostgreSQL, for the client's option `stream`. */
export class PostgresSockets {
  readonly #open = new Set<Socket>();

  readonly create = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** Waits for the connections to close, and destroys the sockets of those that take too long. */
  async end(close: () => Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, closeTimeoutMs);
    try {
      await close();
    } finally {
      clearTimeout(timer);
    }
  }
}
