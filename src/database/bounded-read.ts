import type { DataSource, QueryRunner } from 'typeorm';
import { createUnitQueryRunner } from '../ddd/worker/index.js';
import { UnavailableError } from '../ddd/repository/index.js';

/** Limits of a read. Milliseconds. */
export interface ReadLimits {
  /** For everything; then the connection is thrown away, or SQLite's statement interrupted. */
  readonly totalMs: number;
  /** For one statement on PostgreSQL, which cancels it itself: a dropped connection alone leaves it waiting there. */
  readonly statementMs: number;
  /** For a lock on PostgreSQL. */
  readonly lockMs: number;
}

/** The database did not answer within the limit. */
export class ReadTimeoutError extends Error {
  override readonly name = 'ReadTimeoutError';

  constructor(readonly limitMs: number) {
    super(`No answer from the database within ${limitMs} ms`);
  }
}

/**
 * Reads in one read-only transaction, on one connection, within limits. Settles once the connection is given back or
 * thrown away, so that a caller who awaits each read before the next never holds two connections.
 * @param work may call `discard`, for a connection that is of no use to others
 */
export async function readWithin<Result>(
  dataSource: DataSource,
  limits: ReadLimits,
  work: (runner: QueryRunner, discard: () => void) => Promise<Result>,
): Promise<Result> {
  const runner = createUnitQueryRunner(dataSource, 'slave');
  const timeout = new ReadTimeoutError(limits.totalMs);
  let isConnected = false;
  let isCut = false;
  let isDiscarded = false;
  const cut = () => {
    isCut = true;
    // A connection that is still waited for cannot be given back before it is there.
    if (!isConnected) return;
    runner.interrupt?.();
    void runner.discard?.(timeout);
  };
  const timer = setTimeout(cut, limits.totalMs);
  try {
    if (dataSource.options.type === 'postgres') await runner.connect();
    isConnected = true;
    if (isCut) throw timeout;
    await runner.startTransaction();
    if (dataSource.options.type === 'postgres') await limitStatements(runner, limits);
    return await work(runner, () => (isDiscarded = true));
  } catch (error) {
    throw new UnavailableError('database', { cause: isCut ? timeout : error });
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
