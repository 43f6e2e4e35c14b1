import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { UnavailableError } from '../repository/index.js';

/** What the query runners of our two databases can do beyond TypeORM's interface. */
export interface InterruptibleQueryRunner extends QueryRunner {
  /** Makes the statement that runs now fail, on SQLite. */
  interrupt?(): void;
  /** The same on PostgreSQL, over a connection beside the pool. Once it has resolved it can meet no later statement. */
  cancelStatement?(): Promise<void>;
  /** Gives the connection back; one that is given back with an error is closed and not used again. */
  releasePostgresConnection?(error?: Error): Promise<void>;
  /** What took the connection away, once it is lost. */
  loss?: Error;
  /** How many transactions are open in each other, as TypeORM counts them. */
  readonly transactionDepth?: number;
  /** Whether the database itself says that no transaction is open; undefined where it was not heard of that. */
  readonly isOutsideTransaction?: boolean;
}

/** When a connection is lost TypeORM says only that its query runner is gone; this gives the reason instead. */
export function lossOrError(error: unknown, { loss }: InterruptibleQueryRunner): unknown {
  const isGone =
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError;
  return loss && isGone ? new UnavailableError('database', { cause: loss }) : error;
}
