import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { postgresUrls } from '../../config/database-address.js';
import { primaryClient } from './primary-client.js';
import { prepareSession, transactionLimits } from './postgres-session.js';
import { withExplicitSslMode } from './ssl-mode.js';

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

export interface PostgresLimits {
  readonly poolSize: number;
  /** For a connection, new or from the pool. */
  readonly connectTimeoutMs: number;
  /** For one statement; 0 sets no limit. */
  readonly statementTimeoutMs: number;
}

const idleTimeoutMs = 30_000;
const logger = new Logger('PostgreSQL');

/**
 * Options for PostgreSQL: every wait is limited, and a lost server is noticed.
 * @param url may have several hosts
 */
export function postgresOptions(
  url: string,
  { poolSize, connectTimeoutMs, statementTimeoutMs }: PostgresLimits,
): PostgresOptions {
  const limits = { statementTimeoutMs };
  const urls = postgresUrls(withExplicitSslMode(url));
  return {
    type: 'postgres',
    url: urls[0],
    poolSize,
    applicationName: 'account-service',
    connectTimeoutMS: connectTimeoutMs,
    installExtensions: false,
    // TypeORM's name for gen_random_uuid(), which has been built into PostgreSQL since version 13.
    uuidExtension: 'pgcrypto',
    poolErrorHandler: ({ message }: Error) => logger.warn(`An idle connection was lost: ${message}`),
    extra: {
      Client: primaryClient(urls),
      onConnect: (client: PoolClient) => prepareSession(client, limits),
      onBegin: transactionLimits(limits),
      // Ends the wait for a response that a dead network never delivers.
      query_timeout: statementTimeoutMs && statementTimeoutMs + connectTimeoutMs,
      idleTimeoutMillis: idleTimeoutMs,
      keepAlive: true,
    },
  };
}
