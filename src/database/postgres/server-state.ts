import type { EntityMetadata } from 'typeorm';

/** What decides whether the service can work on a PostgreSQL. */
export interface ServerState {
  readonly encoding: string;
  readonly isStandby: boolean;
  /** The default of the session, because the current transaction may be read-only anyway. */
  readonly isReadOnly: boolean;
  readonly user: string;
  /** The first of the tables that the user may not write to in every way; null when there is none, or no table yet. */
  readonly deniedTable: string | null;
}

interface Connection {
  query(sql: string, parameters: unknown[]): Promise<unknown>;
}

export async function readServerState(
  connection: Connection,
  entities: readonly EntityMetadata[],
): Promise<ServerState> {
  const [state] = (await connection.query(
    `SELECT current_setting('server_encoding') AS "encoding",
       pg_is_in_recovery() AS "isStandby",
       current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
       current_user AS "user",
       (SELECT min(relname::text) FROM pg_class
        WHERE relname = ANY ($1) AND relkind IN ('r', 'p')
          AND relnamespace = to_regnamespace(quote_ident(current_schema()))
          AND NOT (has_any_column_privilege(oid, 'INSERT') AND has_any_column_privilege(oid, 'UPDATE')
            AND has_table_privilege(oid, 'DELETE'))) AS "deniedTable"`,
    [entities.map(({ tableName }) => tableName)],
  )) as [ServerState];
  return state;
}
