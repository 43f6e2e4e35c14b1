import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { UnavailableError } from '../repository/index.js';

/** What our two query runners can do beyond TypeORM's interface. */
export interface InterruptibleQueryRunner extends QueryRunner {
  /** Aborts the running statement, on SQLite. */
  interrupt?(): void;
  /**
   * The same on PostgreSQL, over a connection outside the pool. Once it has resolved it cannot hit a later statement.
   */
  cancelStatement?(): Promise<void>;
  /** Releases the connection. One released with an error is closed and not reused. */
  releasePostgresConnection?(error?: Error): Promise<void>;
  /** The error that ended the connection, once it is lost. */
  loss?: Error;
  /** The number of nested open transactions, as TypeORM counts them. */
  readonly transactionDepth?: number;
  /** Whether the database itself reports that no transaction is open; undefined if it has not reported. */
  readonly isOutsideTransaction?: boolean;
}

/** When a connection is lost TypeORM reports only that its query runner is gone; this returns the reason instead. */
export function lossOrError(error: unknown, { loss }: InterruptibleQueryRunner): unknown {
  const isGone =
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError;
  return loss && isGone ? new UnavailableError('database', { cause: loss }) : error;
}
