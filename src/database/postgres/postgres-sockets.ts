import { Socket } from 'node:net';

/**
 * Milliseconds that a server has to close its connections; a silent one never does, and its sockets would keep the
 * process alive.
 */
const goodbyeMs = 2_000;

/** The sockets of the connections to one PostgreSQL, for the client's option `stream`. */
export class PostgresSockets {
  readonly #open = new Set<Socket>();

  readonly create = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** Waits a while for connections that are being closed; then drops them, whatever the server does. */
  async end(goodbye: () => Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, goodbyeMs);
    try {
      await goodbye();
    } finally {
      clearTimeout(timer);
    }
  }
}
