import type { DataSource } from 'typeorm';
import { DatabaseStartError } from '../database-start.error.js';
import { readServerState } from './server-state.js';

/** The server responds, but does not meet the needs of the service. */
class UnfitServerError extends DatabaseStartError {}

/** @throws DatabaseStartError for a database that accepts no writes, or cannot store every text */
export async function refuseUnfitServer(dataSource: DataSource): Promise<void> {
  const { encoding, isStandby, isReadOnly, user, deniedTable } = await readServerState(
    dataSource,
    dataSource.entityMetadatas,
  );
  if (encoding !== 'UTF8')
    throw new UnfitServerError(
      `The database has the encoding ${encoding}, which cannot store every name: create one with CREATE DATABASE … ENCODING ` +
        `'UTF8' TEMPLATE template0, and name it in DATABASE_URL`,
    );
  if (isStandby)
    throw new UnfitServerError(
      'The database is a standby, which is read-only: name the primary in DATABASE_URL',
    );
  if (isReadOnly)
    throw new UnfitServerError(
      'The database is read-only: set default_transaction_read_only to off for it (ALTER DATABASE … or ALTER ROLE … SET), ' +
        'or name another one in DATABASE_URL',
    );
  if (deniedTable !== null)
    throw new UnfitServerError(
      `The database user ${user} may not write to the table ${deniedTable}: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES ` +
        'IN SCHEMA … to it, as the owner of the tables, or name another user in DATABASE_URL',
    );
}
