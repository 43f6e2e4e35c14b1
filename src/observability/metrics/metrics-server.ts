import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { envelope } from '../../http/errors/envelope.js';
import { HashLimiter } from '../../modules/user/index.js';
import { DatabaseMonitor } from '../health/database-monitor.js';
import { OutboxConsole } from '../outbox/outbox-console.js';
import type { Metrics } from './metrics.js';

/**
 * Serves `/metrics`, and the console of the outbox, on their own address, which should not be public, until the end of a
 * shutdown. If its port is taken, the API starts without them and logs why.
 */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Metrics');
  #server: Server | undefined;
  #metrics: Metrics | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly dataSource: DataSource,
    private readonly monitor: DatabaseMonitor,
    private readonly hashLimiter: HashLimiter,
    private readonly outboxConsole: OutboxConsole,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { enabled, host, port } = this.settings.metrics;
    const hasConsole = this.outboxConsole.isEnabled;
    if (!enabled && !hasConsole) return;
    const metrics = enabled ? await this.#createMetrics() : undefined;
    this.#metrics = metrics;
    const server = createServer(
      route(metricsListener(metrics), hasConsole ? this.outboxConsole.listener() : undefined),
    );
    this.#server = server;
    try {
      server.listen(port, host);
      await once(server, 'listening');
      const url = `http://${host}:${(server.address() as AddressInfo).port}`;
      if (metrics) this.#logger.log(`Metrics ${url}/metrics`);
      if (hasConsole) this.#logger.log(`Outbox ${url}/outbox/`);
    } catch (error) {
      metrics?.end();
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      this.#logger.error(
        `There are no metrics: ${host}:${port} cannot be listened on (${code}). ` +
          'Stop what listens there, set another METRICS_PORT, or METRICS=off',
      );
    }
  }

  /** Loads them only when they are enabled. */
  async #createMetrics(): Promise<Metrics> {
    const { Metrics } = await import('./metrics.js');
    return new Metrics({
      dataSource: this.dataSource,
      monitor: this.monitor,
      hashLimiter: this.hashLimiter,
    });
  }

  onApplicationShutdown(): void {
    this.#metrics?.end();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

/** @param console of the paths below `/outbox` */
function route(metrics: RequestListener, console: RequestListener | undefined): RequestListener {
  return (request, response) => {
    const isForConsole = /^\/outbox(?![^/?])/.test(request.url ?? '');
    if (console && isForConsole) console(request, response);
    else metrics(request, response);
  };
}

function metricsListener(metrics: Metrics | undefined): RequestListener {
  return (request, response) => {
    const isMetricsRequest = request.url === '/metrics' && ['GET', 'HEAD'].includes(request.method ?? '');
    const served = isMetricsRequest ? metrics : undefined;
    const metricsText = served?.text() ?? Promise.reject(new Error('unknown path'));
    metricsText.then(
      (text) => response.writeHead(200, { 'Content-Type': served?.contentType }).end(text),
      () => {
        const status = served ? 500 : 404;
        response
          .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
          .end(JSON.stringify(envelope(status)));
      },
    );
  };
}
