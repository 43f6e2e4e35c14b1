import type { ReplicationMode } from 'typeorm';
import type { Lease } from './lease-pool.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** Who hands out connections: the writer for `master`, a reader for `slave`. */
export interface SqliteLeases {
  /** Waits for a connection. */
  lease(mode: ReplicationMode): Promise<Lease<SqliteConnection>>;
  /** Rolls back whatever is open on the connection, and holds it to foreign keys, before the next caller gets it. */
  giveBackClean(lease: Lease<SqliteConnection>): Promise<void>;
}
