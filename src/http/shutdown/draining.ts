import type { Server, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { ConnectionUse } from './connection-use.js';
import { HttpError } from '../errors/http.error.js';
import type { HttpAdapter } from '../http.adapter.js';

/** Limit for work that is aborted at the end of the grace period to respond to its client. */
const responseGraceMs = 2_000;
const retryAfterHeader = { 'Retry-After': '1' };

/**
 * While the program stops, accepted requests are finished and new ones are sent elsewhere. Requests still unanswered
 * after the grace period are aborted.
 */
export class Draining {
  private begun = false;
  private readonly inFlight = new Set<ServerResponse>();
  private readonly use: ConnectionUse;

  constructor(
    private readonly server: Server,
    private readonly grace: number,
  ) {
    this.use = new ConnectionUse(server);
  }

  /** Begins as soon as `app.close()` is called or a signal arrives, before any other part of the program stops. */
  static of(adapter: HttpAdapter, grace: number): Draining {
    const draining = new Draining(adapter.getHttpServer(), grace);
    adapter.onClosing(() => draining.begin());
    return draining;
  }

  /** Resolves once clients have been told to go elsewhere. */
  begin(): Promise<void> {
    this.begun = true;
    // Kept-alive connections would hold the server open until they time out.
    for (const response of this.inFlight)
      if (!response.headersSent) response.setHeader('Connection', 'close');
    setTimeout(() => this.server.closeAllConnections(), this.grace + responseGraceMs).unref();
    return this.use.quiet();
  }

  readonly reject: RequestHandler = (_request, response, next) => {
    this.use.note();
    response.once('close', () => {
      this.use.note();
      this.inFlight.delete(response);
    });
    if (this.begun) {
      response.setHeader('Connection', 'close');
      throw new HttpError(503, undefined, retryAfterHeader);
    }
    this.inFlight.add(response);
    next();
  };
}
