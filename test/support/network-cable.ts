import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A real TCP connection to a server, which a test can pull: bytes then go nowhere, and nobody is told. */
export class NetworkCable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isPulled = false;

  private constructor(private readonly target: URL) {
    this.#server = createServer({ allowHalfOpen: false }, (near) => this.#carry(near));
  }

  static async to(url: string): Promise<NetworkCable> {
    const cable = new NetworkCable(new URL(url));
    await new Promise<void>((resolve) => cable.#server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  /** The same address, by way of the cable. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** How many connections were made through it, whether they got through or not. */
  connections = 0;

  /** What is under way is lost for ever, also after it is plugged in again. */
  pull(): void {
    this.#isPulled = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
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
    near.pipe(far).pipe(near);
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
