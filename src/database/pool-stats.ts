import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PoolStats } from './sqlite/connection-pool.js';
import { SqliteDriver } from './sqlite/sqlite.driver.js';

/** How busy the connections to the database are: of the writer and the readers on SQLite, of one pool on PostgreSQL. */
export function poolStats({ driver }: DataSource): Readonly<Record<string, PoolStats>> {
  if (driver instanceof SqliteDriver) return { ...driver.stats };
  // TypeORM types its pool as any; it is the one of `pg`.
  const { master } = driver as unknown as { master?: Pool };
  if (!master) return {};
  const { totalCount, idleCount, waitingCount } = master;
  return { postgres: { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount } };
}
