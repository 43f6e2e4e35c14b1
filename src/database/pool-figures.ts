import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { LeaseFigures } from './sqlite/lease-pool.js';
import { SqliteDriver } from './sqlite/sqlite.driver.js';

/** How busy the connections to the database are: of the writer and the readers on SQLite, of one pool on PostgreSQL. */
export function poolFigures({ driver }: DataSource): Readonly<Record<string, LeaseFigures>> {
  if (driver instanceof SqliteDriver) return { ...driver.figures };
  // TypeORM types its pool as any; it is the one of `pg`.
  const { master } = driver as unknown as { master?: Pool };
  if (!master) return {};
  const { totalCount, idleCount, waitingCount } = master;
  return { postgres: { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount } };
}
