import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { prepareSession, transactionLimits } from './postgres-session.js';
import { withExplicitSslMode } from './ssl-mode.js';

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** Limits on PostgreSQL. Milliseconds. */
export interface PostgresLimits {
  readonly poolSize: number;
  /** For a connection, new or free. */
  readonly connectTimeoutMs: number;
  /** For one statement; 0 sets no limit. */
  readonly statementTimeoutMs: number;
}

/** Milliseconds. */
const idleTimeout = 30_000;
const logger = new Logger('PostgreSQL');

/** Options for PostgreSQL: every wait is limited, and a lost server is noticed. */
export function postgresOptions(
  url: string,
  { poolSize, connectTimeoutMs, statementTimeoutMs }: PostgresLimits,
): PostgresOptions {
  const limits = { statementTimeoutMs };
  return {
    type: 'postgres',
    url: withExplicitSslMode(url),
    poolSize,
    applicationName: 'account-service',
    connectTimeoutMS: connectTimeoutMs,
    installExtensions: false,
    // TypeORM's name for gen_random_uuid(), which PostgreSQL has of its own since 13, without any extension.
    uuidExtension: 'pgcrypto',
    poolErrorHandler: ({ message }: Error) => logger.warn(`An idle connection was lost: ${message}`),
    extra: {
      onConnect: (client: PoolClient) => prepareSession(client, limits),
      onBegin: transactionLimits(limits),
      // Ends the wait for a response that a dead network never delivers.
      query_timeout: statementTimeoutMs && statementTimeoutMs + connectTimeoutMs,
      idleTimeoutMillis: idleTimeout,
      keepAlive: true,
    },
  };
}
