import type { DataSource } from 'typeorm';
import { DatabaseStartError } from '../database-start.error.js';

/** The server responds, but does not meet the needs of the service. */
class UnfitServerError extends DatabaseStartError {}

/** @throws DatabaseStartError for a database that accepts no writes, or cannot store every text */
export async function refuseUnfitServer(dataSource: DataSource): Promise<void> {
  const [{ encoding, standby, mode }] = await dataSource.query<
    [{ encoding: string; standby: boolean; mode: string }]
  >(
    `SELECT current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
       current_setting('default_transaction_read_only') AS mode`,
  );
  if (encoding !== 'UTF8')
    throw new UnfitServerError(
      `The database has the encoding ${encoding}, which cannot store every name: create one with CREATE DATABASE … ENCODING ` +
        `'UTF8' TEMPLATE template0, and name it in DATABASE_URL`,
    );
  if (standby)
    throw new UnfitServerError(
      'The database is a standby, which is read-only: name the primary in DATABASE_URL',
    );
  if (mode === 'on')
    throw new UnfitServerError(
      'The database is read-only: set default_transaction_read_only to off for it (ALTER DATABASE … or ALTER ROLE … SET), ' +
        'or name another one in DATABASE_URL',
    );
}
