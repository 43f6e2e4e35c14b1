import type { DataSource, QueryRunner } from 'typeorm';
import { createUnitQueryRunner } from '../ddd/worker/index.js';
import { UnavailableError } from '../ddd/repository/index.js';

export interface ReadLimits {
  /** For the whole read; after it, the PostgreSQL connection is discarded or the SQLite statement interrupted. */
  readonly totalMs: number;
  /**
   * For one statement on PostgreSQL, which the server enforces: without it, a dropped connection leaves the statement
   * running.
   */
  readonly statementMs: number;
  /** For a lock on PostgreSQL. */
  readonly lockMs: number;
}

/** The database did not answer within the limit. */
export class ReadTimeoutError extends Error {
  override readonly name = 'ReadTimeoutError';

  constructor(readonly limitMs: number) {
    super(`The database did not respond within ${limitMs} ms`);
  }
}

/**
 * Reads in one read-only transaction, on one connection, within limits. Settles once the connection is released or
 * discarded, so that a caller who awaits each read before the next never holds two connections.
 * @param work may call `discard` for a connection that must not be reused
 */
export async function readWithin<Result>(
  dataSource: DataSource,
  limits: ReadLimits,
  work: (runner: QueryRunner, discard: () => void) => Promise<Result>,
): Promise<Result> {
  const runner = createUnitQueryRunner(dataSource, 'slave');
  const timeout = new ReadTimeoutError(limits.totalMs);
  let isConnected = false;
  let isTimedOut = false;
  let isDiscarded = false;
  const timeOut = () => {
    isTimedOut = true;
    // A connection that is still being acquired cannot be discarded yet.
    if (!isConnected) return;
    runner.interrupt?.();
    void runner.discard?.(timeout);
  };
  const timer = setTimeout(timeOut, limits.totalMs);
  try {
    if (dataSource.options.type === 'postgres') await runner.connect();
    isConnected = true;
    if (isTimedOut) throw timeout;
    await runner.startTransaction();
    if (dataSource.options.type === 'postgres') await limitStatements(runner, limits);
    return await work(runner, () => (isDiscarded = true));
  } catch (error) {
    throw new UnavailableError('database', { cause: isTimedOut ? timeout : error });
  } finally {
    await endTransaction(runner).catch(() => runner.discard?.(timeout));
    clearTimeout(timer);
    if (isDiscarded) await runner.discard?.(new Error('discarded'));
    await runner.release();
  }
}

async function limitStatements(runner: QueryRunner, { statementMs, lockMs }: ReadLimits): Promise<void> {
  await runner.query(
    `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)`,
    [String(statementMs), String(lockMs)],
  );
}

async function endTransaction(runner: QueryRunner): Promise<void> {
  if (runner.isTransactionActive && !runner.isReleased) await runner.rollbackTransaction();
}
