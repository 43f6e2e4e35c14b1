import type { PoolClient } from 'pg';

/** What the server is to end by itself. Milliseconds; 0 sets no limit. */
export interface SessionLimits {
  readonly statementTimeoutMs: number;
}

/** Sets the limits of a transaction that begins, in the same round trip: valid behind any pooler, and for no one else. */
export const transactionLimits = ({ statementTimeoutMs }: SessionLimits) =>
  `SET LOCAL statement_timeout = ${statementTimeoutMs}; ` +
  `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`;

/**
 * Prepares a new connection, in one round trip. Its moments are in UTC; and where it leads to a server process of its own
 * (the server knows the process by the number that the connection was given), statements outside of transactions are
 * limited too. A pooler gives out numbers of its own, and lends the server process to others, so nothing is left there.
 * Sent at the start, as parameters of the connection, the limits would be refused by PgBouncer. (docs/adr/0032)
 */
export async function prepareSession(
  client: PoolClient,
  { statementTimeoutMs }: SessionLimits,
): Promise<void> {
  const { processID } = client as PoolClient & { readonly processID: number | null };
  const ifOwn = (setting: string) =>
    `CASE WHEN pg_backend_pid() = ${processID ?? 0} THEN set_config('${setting}', '${statementTimeoutMs}', false) END`;
  // A pooler keeps the time zone with its client. (https://www.pgbouncer.org/config.html#track_extra_parameters)
  await client.query(
    `SELECT set_config('TimeZone', 'UTC', false), ${ifOwn('statement_timeout')}, ${ifOwn('idle_in_transaction_session_timeout')}`,
  );
}
