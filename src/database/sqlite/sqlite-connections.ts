import type { ReplicationMode } from 'typeorm';
import type { PooledConnection } from './connection-pool.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** Lends connections: the writer for `master`, a reader for `slave`. */
export interface SqliteConnections {
  /** Waits for a connection. */
  acquire(mode: ReplicationMode): Promise<PooledConnection<SqliteConnection>>;
  /** Rolls back what is open on the connection, and re-enables foreign keys, before the next caller gets it. */
  releaseClean(pooled: PooledConnection<SqliteConnection>): Promise<void>;
}
