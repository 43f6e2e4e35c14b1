import type { DataSourceOptions } from 'typeorm';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** Milliseconds. */
const connectTimeout = 5_000;
const statementTimeout = 15_000;
const idleTimeout = 30_000;

/** How we talk to PostgreSQL: every wait is bounded, and a lost server is noticed. */
export function postgresOptions(url: string, poolSize: number): PostgresOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    applicationName: 'account-service',
    connectTimeoutMS: connectTimeout,
    installExtensions: false,
    extra: {
      statement_timeout: statementTimeout,
      // Ends the wait for an answer that a dead network will never bring.
      query_timeout: statementTimeout + connectTimeout,
      idle_in_transaction_session_timeout: statementTimeout,
      idleTimeoutMillis: idleTimeout,
      keepAlive: true,
    },
  };
}
