import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';

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

  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- app.close() awaits it
  override async beforeClose(): Promise<void> {
    for (const callback of this.#onClosing) await callback();
    super.beforeClose();
  }
}
