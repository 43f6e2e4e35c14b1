import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What the service writes after a request, piece by piece, until the other side closes. */
export type WriteResponse = (
  email: string,
  write: (bytes: string | Buffer) => Promise<void>,
) => Promise<void>;

/** A notification service with its own unusual HTTP, over raw sockets. */
export class UnusualService {
  /** Bytes that were read from it, by e-mail address. */
  readonly taken = new Map<string, number>();
  /** Requests, by e-mail address. */
  readonly requested = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answering: WriteResponse): Promise<UnusualService> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service = new UnusualService(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => service.#serve(socket, answering));
    return service;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #serve(socket: Socket, answering: WriteResponse): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    let request = '';
    socket.on('data', (bytes) => {
      request += bytes.toString();
      const email = /"email":"([^"]+)"/.exec(request)?.[1];
      if (!email) return;
      request = '';
      this.requested.set(email, (this.requested.get(email) ?? 0) + 1);
      answering(email, (piece) => this.#write(socket, email, piece)).catch(() => socket.destroy());
    });
  }

  async #write(socket: Socket, email: string, piece: string | Buffer): Promise<void> {
    if (socket.destroyed) throw new Error('The other side has gone');
    await new Promise<void>((resolve, reject) =>
      socket.write(piece, (error) => (error ? reject(error) : resolve())),
    );
    this.taken.set(email, (this.taken.get(email) ?? 0) + piece.length);
  }
}

/** Writes a text a byte at a time. */
export async function dribble(text: string, write: (bytes: string) => Promise<void>): Promise<void> {
  for (const byte of text) {
    await write(byte);
    await pause(40);
  }
}
