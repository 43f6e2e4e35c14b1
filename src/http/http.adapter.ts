import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Express } from 'express';

/** Express as our programs use it: `NestFactory.create(AppModule, new HttpAdapter(), { bodyParser: false })`. */
export class HttpAdapter extends ExpressAdapter {
  readonly #onClosing: (() => Promise<void>)[] = [];

  constructor() {
    // Nest builds the router at once, and a router keeps to the setting that it finds.
    super(express().enable('case sensitive routing'));
  }

  /** @throws TypeError for an app that was created without one */
  static of(app: NestExpressApplication): HttpAdapter {
    const adapter: unknown = app.getHttpAdapter();
    if (!(adapter instanceof HttpAdapter))
      throw new TypeError(
        'This app was created with an adapter of its own: use NestFactory.create(module, new HttpAdapter(), options)',
      );
    return adapter;
  }

  /** Calls back when the app begins to close, ahead of every hook of its modules, which wait for it. */
  onClosing(callback: () => Promise<void>): void {
    this.#onClosing.push(callback);
  }

  /** @throws TypeError for options that change the server: TLS ends at a proxy, and `Draining` ends connections */
  override initHttpServer({
    httpsOptions,
    return503OnClosing,
    forceCloseConnections,
  }: NestApplicationOptions): void {
    if (httpsOptions ?? return503OnClosing ?? forceCloseConnections)
      throw new TypeError('HttpAdapter takes no httpsOptions, return503OnClosing or forceCloseConnections');
    this.httpServer = serverOf(this.getInstance<Express>());
  }

  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- app.close() awaits it
  override async beforeClose(): Promise<void> {
    for (const callback of this.#onClosing) await callback();
    super.beforeClose();
  }
}

/**
 * A server whose requests and responses have Express's prototypes from the beginning. Express gives these to each of them
 * by changing the prototype of the object, and V8 hardly optimizes code that meets such objects, Node's own included:
 * this took three quarters of the time of a bare Express on Node 20 (ADR 58).
 */
function serverOf(app: Express): Server {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return createServer({ IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse }, app);
}
