import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** A forward proxy: it opens tunnels (CONNECT) to a port of this machine whatever host is named, or refuses them. */
export class TunnelProxy {
  /** Each received request line. */
  readonly requested: string[] = [];
  /** The status for requests and tunnels; 200 opens a tunnel, 0 means no response. */
  status = 200;
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly target: number) {
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('connect', ({ url }, socket: Socket, head: Buffer) =>
      this.#connect(url ?? '', socket, head),
    );
    this.#server.on('request', (request, response) => {
      this.requested.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.writeHead(this.status).end());
    });
  }

  /** @param target the port of 127.0.0.1 that every tunnel ends at */
  static async start(target: number): Promise<TunnelProxy> {
    const proxy = new TunnelProxy(target);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #connect(host: string, socket: Socket, head: Buffer): void {
    this.requested.push(`CONNECT ${host}`);
    socket.on('error', () => undefined);
    if (!this.status) return;
    socket.write(`HTTP/1.1 ${this.status} The proxy says so\r\n\r\n`);
    if (this.status !== 200) return void socket.end();
    const service = connect(this.target, '127.0.0.1');
    this.#sockets.add(service);
    service.write(head);
    pipeline(socket, service, socket, () => undefined);
  }
}
