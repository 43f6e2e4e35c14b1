import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import type { DataSource, QueryRunner, ReplicationMode } from 'typeorm';
import { UnavailableError } from '../repository/index.js';

/** Decides when a statement runs, and whether: the queue of a unit of work. */
export type StatementGate = (sql: string, run: () => Promise<unknown>) => Promise<unknown>;

/** What a unit of work needs of a query runner beyond TypeORM's interface. */
export interface UnitQueryRunner extends QueryRunner {
  /** From now on every statement passes through this gate; undefined removes it. */
  passThrough(gate: StatementGate | undefined): void;
  /** Makes the statement that runs now fail, on SQLite. */
  interrupt?(): void;
  /** The same on PostgreSQL, over a connection beside the pool. Once it has resolved it can meet no later statement. */
  cancelStatement?(): Promise<void>;
  /** Closes the connection instead of giving it back to the pool, on PostgreSQL. */
  discard?(error: Error): Promise<void>;
  /** What took the connection away, once it is lost. */
  readonly loss?: Error | undefined;
  /** How many transactions are open in each other, as TypeORM counts them. */
  readonly transactionDepth?: number;
  /** Whether the database itself says that no transaction is open; undefined where it was not heard of that. */
  readonly isOutsideTransaction?: boolean | undefined;
}

/** @throws TypeError for a data source whose query runners a unit of work cannot hold in order */
export function createUnitQueryRunner(dataSource: DataSource, mode: ReplicationMode): UnitQueryRunner {
  const runner = dataSource.createQueryRunner(mode);
  if (!('passThrough' in runner))
    throw new TypeError(
      'A unit of work needs query runners that keep its statements in order: create the data source with dataSourceOf()',
    );
  return runner as UnitQueryRunner;
}

/** When a connection is lost TypeORM says only that its query runner is gone; this gives the reason instead. */
export function lossOrError(error: unknown, { loss }: Pick<UnitQueryRunner, 'loss'>): unknown {
  const isGone =
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError;
  return loss && isGone ? new UnavailableError('database', { cause: loss }) : error;
}
