import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A real TCP connection to a server that a test can unplug: bytes are then lost silently. */
export class NetworkCable {
  readonly #sockets = new Set<Socket>();
  /** The first bytes of each connection, which name the program behind it. */
  readonly #greetings = new Map<Socket, string>();
  readonly #server: Server;
  readonly #far = new WeakMap<Socket, Socket>();
  #isPulled = false;

  private constructor(private readonly target: URL) {
    this.#server = createServer({ allowHalfOpen: false }, (near) => this.#carry(near));
  }

  static async to(url: string): Promise<NetworkCable> {
    const cable = new NetworkCable(new URL(url));
    await new Promise<void>((resolve) => cable.#server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  /** The same address, through the cable. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** How many connections were made through it, whether they got through or not. */
  connections = 0;

  /**
   * Data in flight is lost, even after it is plugged in again.
   * @param only the connections that began with this; others, and new ones, go on
   * @returns how many connections were cut
   */
  pull(only?: RegExp): number {
    if (!only) this.#isPulled = true;
    const cut = only
      ? [...this.#greetings].filter(([, greeting]) => only.test(greeting)).map(([near]) => near)
      : [...this.#sockets];
    for (const socket of cut) {
      socket.unpipe().pause();
      this.#far.get(socket)?.unpipe().pause();
    }
    return cut.length;
  }

  plugIn(): void {
    this.#isPulled = false;
  }

  async remove(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(near: Socket): void {
    this.connections++;
    this.#keep(near);
    if (this.#isPulled) return;
    const far = this.#keep(connect(Number(this.target.port), this.target.hostname));
    this.#far.set(near, far);
    near.once('data', (bytes) => this.#greetings.set(near, bytes.toString('latin1')));
    near.once('close', () => this.#greetings.delete(near));
    near.pipe(far).pipe(near);
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
