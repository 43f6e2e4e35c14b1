import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/**
 * The pending responses of each connection, in the order of their requests.
 *
 * Node 20 and 22 emit `close` only for the response that holds the connection when it ends, and never for those queued
 * behind it by pipelining: code that waits for their end would keep them forever. This class emits it for them.
 */
export class OpenResponses {
  readonly #bySocket = new WeakMap<Socket, Set<ServerResponse>>();

  constructor(server: Server) {
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#add(request.socket, response),
    );
  }

  /** The responses that have not ended, oldest first. */
  of(socket: Socket): readonly ServerResponse[] {
    return [...(this.#bySocket.get(socket) ?? [])];
  }

  /**
   * Begins a request when the earlier ones on its connection have been answered: a pipelining client takes one slot,
   * like any other, and what it leaves behind when it disconnects costs nothing. Nothing begins after the last response
   * of a connection: the client considers it not done (RFC 9112, 9.6).
   */
  readonly inOrder: RequestHandler = (request, response, next) => {
    const open = this.of(request.socket);
    const earlier = open[open.indexOf(response) - 1];
    const begin = () => {
      if (request.socket.writable) next();
    };
    if (earlier) earlier.once('close', begin);
    else begin();
  };

  #add(socket: Socket, response: ServerResponse): void {
    const open = this.#bySocket.get(socket) ?? this.#watch(socket);
    open.add(response);
    response.once('close', () => open.delete(response));
  }

  #watch(socket: Socket): Set<ServerResponse> {
    const open = new Set<ServerResponse>();
    this.#bySocket.set(socket, open);
    socket.once('close', () => {
      for (const response of open) {
        response.destroy();
        response.emit('close');
      }
    });
    return open;
  }
}
