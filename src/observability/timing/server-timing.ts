import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import onHeaders from 'on-headers';
import { Settings } from '../../config/settings.js';
import { traceChannels } from '../../ddd/diagnostics/index.js';
import { requestSpans } from '../../http/middleware/request-spans.js';
import { hashSpans, queueSpans } from '../../modules/user/index.js';
import { RequestTimings } from './request-timings.js';

/** The timed operations: waiting for a hash, hashing, and the units of work with their repositories. */
const reportedSpans = [
  queueSpans,
  hashSpans,
  traceChannels.connection,
  traceChannels.begin,
  traceChannels.repository,
  traceChannels.commit,
];

/** Adds a Server-Timing header to every response. When the settings turn it off, it subscribes to nothing. */
@Injectable()
export class ServerTiming implements OnApplicationShutdown {
  readonly #current = new AsyncLocalStorage<RequestTimings>();
  readonly #ends: readonly (() => void)[];

  constructor({ timing }: Settings) {
    this.#ends = timing.shown ? this.#watch() : [];
  }

  onApplicationShutdown(): void {
    for (const end of this.#ends) end();
  }

  #watch(): (() => void)[] {
    return [
      requestSpans.enter(this.#current, ({ startedAt, response }) => {
        const timings = new RequestTimings(startedAt);
        onHeaders(response, () => response.setHeader('Server-Timing', String(timings)));
        return timings;
      }),
      ...reportedSpans.map((channel) =>
        channel.watch(({ startedAt }) =>
          this.#current.getStore()?.add(channel.kind, performance.now() - startedAt),
        ),
      ),
    ];
  }
}
