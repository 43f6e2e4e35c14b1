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
import type { Metrics } from './metrics.js';

/**
 * Serves `/metrics` on its own address, which should not be public, until the end of a shutdown. If its port is taken, the
 * API starts without metrics and logs why.
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
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { enabled, host, port } = this.settings.metrics;
    if (!enabled) return;
    // Loaded only when it is enabled.
    const { Metrics } = await import('./metrics.js');
    const metrics = new Metrics({
      dataSource: this.dataSource,
      monitor: this.monitor,
      hashLimiter: this.hashLimiter,
    });
    this.#metrics = metrics;
    const server = createServer(metricsListener(metrics));
    this.#server = server;
    try {
      server.listen(port, host);
      await once(server, 'listening');
      this.#logger.log(`Metrics http://${host}:${(server.address() as AddressInfo).port}/metrics`);
    } catch (error) {
      metrics.end();
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      this.#logger.error(
        `There are no metrics: ${host}:${port} cannot be listened on (${code}). ` +
          'Stop what listens there, set another METRICS_PORT, or METRICS=off',
      );
    }
  }

  onApplicationShutdown(): void {
    this.#metrics?.end();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

function metricsListener(metrics: Metrics): RequestListener {
  return (request, response) => {
    const isMetricsRequest = request.url === '/metrics' && ['GET', 'HEAD'].includes(request.method ?? '');
    const metricsText = isMetricsRequest ? metrics.text() : Promise.reject(new Error('unknown path'));
    metricsText.then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
      () => {
        const status = isMetricsRequest ? 500 : 404;
        response
          .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
          .end(JSON.stringify(envelope(status)));
      },
    );
  };
}
