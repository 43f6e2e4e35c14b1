import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { DatabaseMonitor } from '../health/database-monitor.js';

/** The state of the database as this process sees it. None of them waits for the database. */
export function databaseMetrics(registry: Registry, monitor: DatabaseMonitor): (() => void)[] {
  const registers = [registry];
  new Gauge({
    name: 'database_up',
    help: 'Whether the database responds to this process: 1 or 0',
    registers,
    async collect() {
      await monitor.refresh();
      this.set(monitor.database.failure === undefined ? 1 : 0);
    },
  });
  new Gauge({
    name: 'database_up_changed_timestamp_seconds',
    help: 'When database_up changed to its current value, as far as it was read',
    registers,
    async collect() {
      await monitor.refresh();
      this.set(monitor.database.changedAtMs / 1_000);
    },
  });
  new Gauge({
    name: 'database_writable',
    help: 'Whether the database accepted writes when it last responded: 0 while it is read-only, a standby, or its user may not write',
    registers,
    async collect() {
      await monitor.refresh();
      const { value } = monitor.database;
      if (value) this.set(value.readOnly === undefined ? 1 : 0);
      else this.remove();
    },
  });
  new Gauge({
    name: 'database_schema_fits',
    help: 'Whether the database has the schema of this program, as last read: 1 or 0',
    registers,
    async collect() {
      await monitor.refresh();
      const { value } = monitor.schema;
      if (value) this.set(value.length ? 0 : 1);
      else this.remove();
    },
  });
  return [];
}
