import { collectDefaultMetrics, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { HashLimiter } from '../../modules/user/index.js';
import type { DatabaseMonitor } from '../health/database-monitor.js';
import { connectionMetrics } from './connection.metrics.js';
import { databaseMetrics } from './database.metrics.js';
import { idempotencyMetrics } from './idempotency.metrics.js';
import { limitMetrics } from './limit.metrics.js';
import { outboxMetrics } from './outbox.metrics.js';
import { passwordMetrics } from './password.metrics.js';
import { requestMetrics } from './request.metrics.js';
import { unitMetrics } from './unit.metrics.js';

/** The sources of gauges. Everything else comes from the trace channels. */
export interface MetricSources {
  readonly dataSource: DataSource;
  readonly monitor: DatabaseMonitor;
  readonly hashLimiter: Pick<HashLimiter, 'stats'>;
}

/** The metrics of this process, in the Prometheus format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #ends: readonly (() => void)[];

  constructor({ dataSource, monitor, hashLimiter }: MetricSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#ends = [
      ...requestMetrics(this.#registry),
      ...unitMetrics(this.#registry),
      ...connectionMetrics(this.#registry, dataSource),
      ...passwordMetrics(this.#registry, hashLimiter),
      ...limitMetrics(this.#registry),
      ...idempotencyMetrics(this.#registry),
      ...databaseMetrics(this.#registry, monitor),
      ...outboxMetrics(this.#registry, monitor),
    ];
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Stops watching. */
  end(): void {
    for (const end of this.#ends) end();
    this.#registry.clear();
  }
}
