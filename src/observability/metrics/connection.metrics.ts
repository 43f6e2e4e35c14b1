import { Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { poolStats } from '../../database/pool-stats.js';
import { SqliteDriver } from '../../database/sqlite/sqlite.driver.js';
import { traceChannels } from '../../ddd/diagnostics/index.js';
import { secondsSince } from './seconds.js';

/** Database connections, and the wait for one. */
export function connectionMetrics(registry: Registry, dataSource: DataSource): (() => void)[] {
  const waits = new Histogram({
    name: 'database_connection_wait_seconds',
    help: 'Time that a caller waited for a connection; pool is writer or reader on SQLite, postgres on PostgreSQL',
    labelNames: ['pool'] as const,
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  });
  new Gauge({
    name: 'database_connections',
    help: 'Connections by pool and state, busy or idle',
    labelNames: ['pool', 'state'] as const,
    registers: [registry],
    collect() {
      for (const [pool, { busy, idle }] of Object.entries(poolStats(dataSource))) {
        this.set({ pool, state: 'busy' }, busy);
        this.set({ pool, state: 'idle' }, idle);
      }
    },
  });
  new Gauge({
    name: 'database_connection_waiting',
    help: 'Callers waiting for a connection',
    labelNames: ['pool'] as const,
    registers: [registry],
    collect() {
      for (const [pool, { waiting }] of Object.entries(poolStats(dataSource))) this.set({ pool }, waiting);
    },
  });
  const { driver } = dataSource;
  if (driver instanceof SqliteDriver)
    new Gauge({
      name: 'database_wal_bytes',
      help: 'Length of the write-ahead log of the SQLite file; it is emptied within a second of the last write',
      registers: [registry],
      collect() {
        this.set(driver.logSizeBytes);
      },
    });
  return [
    traceChannels.connection.watch(({ name: pool, startedAt }) =>
      waits.observe({ pool }, secondsSince(startedAt)),
    ),
  ];
}
