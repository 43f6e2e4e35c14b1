import type { DataSource } from 'typeorm';
import { steps } from './steps.js';

/** The part of TypeORM's PostgreSQL driver that hands out the connections of its pool. */
interface PooledDriver {
  obtainMasterConnection?: () => Promise<unknown>;
}

/** Makes the wait for a connection of PostgreSQL's pool a step. (Our SQLite driver tells of its own.) */
export function watchConnections({ driver }: DataSource): void {
  const pooled = driver as PooledDriver;
  const obtain = pooled.obtainMasterConnection?.bind(driver);
  if (obtain) pooled.obtainMasterConnection = () => steps.connection.run('postgres', obtain);
}
