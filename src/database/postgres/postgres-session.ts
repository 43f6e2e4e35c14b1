import type { PoolClient } from 'pg';

/** Limits that the server enforces; 0 sets none. */
export interface SessionLimits {
  readonly statementTimeoutMs: number;
}

/**
 * Sets the limits of a new transaction in the same round trip: this works behind any pooler, and affects no other
 * client.
 */
export const transactionLimits = ({ statementTimeoutMs }: SessionLimits) =>
  `SET LOCAL statement_timeout = ${statementTimeoutMs}; ` +
  `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`;

/**
 * Prepares a new connection, in one round trip. It sets the time zone to UTC. Where the connection has a server process
 * to itself (the backend PID is the process ID that the connection was given), statements outside of transactions are
 * limited too. A pooler invents process IDs, and lends the server process to others, so nothing is set there. As startup
 * parameters of the connection, the limits would be refused by PgBouncer. (docs/adr/0032)
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
