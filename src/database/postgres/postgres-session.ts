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

/** Limits that a role may have, and that would cut a long migration, or connections that wait in the pool. */
const liftedLimits = ['lock_timeout', 'transaction_timeout', 'idle_session_timeout'];

/**
 * Prepares a new connection, in one round trip. It sets the time zone to UTC. Where the connection has a server process
 * to itself (the backend PID is the process ID that the connection was given), statements outside of transactions are
 * limited too, and further limits of the role are lifted. A pooler invents process IDs, and lends the server process to
 * others, so nothing is set there. As startup parameters of the connection, the limits would be refused by PgBouncer.
 * (docs/adr/0032)
 */
export async function prepareSession(
  client: PoolClient,
  { statementTimeoutMs }: SessionLimits,
): Promise<void> {
  const { processID } = client as PoolClient & { readonly processID: number | null };
  // An older server does not know every setting.
  const ifOwn = (setting: string, limitMs: number) =>
    `CASE WHEN pg_backend_pid() = ${processID ?? 0} AND current_setting('${setting}', true) IS NOT NULL ` +
    `THEN set_config('${setting}', '${limitMs}', false) END`;
  const limits = [
    ifOwn('statement_timeout', statementTimeoutMs),
    ifOwn('idle_in_transaction_session_timeout', statementTimeoutMs),
    ...liftedLimits.map((setting) => ifOwn(setting, 0)),
  ];
  // A pooler keeps the time zone with its client. (https://www.pgbouncer.org/config.html#track_extra_parameters)
  await client.query(`SELECT set_config('TimeZone', 'UTC', false), ${limits.join(', ')}`);
}
