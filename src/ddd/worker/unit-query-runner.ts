import { Logger } from '@nestjs/common';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import type { DataSource, QueryRunner, ReplicationMode } from 'typeorm';
import { UnavailableError } from '../repository/index.js';

const logger = new Logger('UnitOfWork');

/** Decides when a statement runs, and whether: the queue of a unit of work. */
export type StatementGate = (sql: string, run: () => Promise<unknown>) => Promise<unknown>;

/** What a unit of work needs of a query runner beyond TypeORM's interface. */
export interface UnitQueryRunner extends QueryRunner {
  /** From now on every statement passes through this gate; undefined removes it. */
  passThrough(gate: StatementGate | undefined): void;
  /** Makes the running statement fail, on SQLite. */
  interrupt?(): void;
  /**
   * The same on PostgreSQL, over a connection outside the pool. Once it has resolved, it cannot hit a later statement.
   */
  cancelStatement?(): Promise<void>;
  /** Closes the connection instead of returning it to the pool, on PostgreSQL. */
  discard?(error: Error): Promise<void>;
  /** Why the connection was lost. */
  readonly loss?: Error | undefined;
  /** The number of nested open transactions, as TypeORM counts them. */
  readonly transactionDepth?: number;
  /** Whether the database reports that no transaction is open; undefined if it has not reported. */
  readonly isOutsideTransaction?: boolean | undefined;
}

/** @throws TypeError for a data source whose query runners cannot queue the statements of a unit of work */
export function createUnitQueryRunner(dataSource: DataSource, mode: ReplicationMode): UnitQueryRunner {
  const runner = dataSource.createQueryRunner(mode);
  if (!('passThrough' in runner))
    throw new TypeError(
      'A unit of work needs query runners that keep its statements in order: create the data source with dataSourceOf()',
    );
  return runner as UnitQueryRunner;
}

/**
 * When a connection is lost, TypeORM reports only that its query runner was released; this returns the reason instead.
 */
export function lossOrError(error: unknown, { loss }: Pick<UnitQueryRunner, 'loss'>): unknown {
  const isGone =
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError;
  return loss && isGone ? new UnavailableError('database', { cause: loss }) : error;
}

/** Closes a connection that nothing more should run on. Never throws. */
export async function discard(runner: UnitQueryRunner, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error : new Error(String(error));
  const discarded = runner.discard?.(reason) ?? runner.release();
  await discarded.catch((failure: unknown) =>
    logger.warn(`A connection could not be released: ${String(failure)}`),
  );
}
