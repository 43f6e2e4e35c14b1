import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { translateDriverError, UnavailableError } from '../../ddd/repository/index.js';
import { DanglingReferencesError, SchemaLockedError } from './schema.errors.js';

const maxWaitMs = 5 * 60_000;
const pauseMs = 100;
const connectTimeoutMs = 5_000;
/** An arbitrary number that nothing else locks in our database: "schema" in ASCII, cut to 32 bits. */
const lockKey = 0x7363_6865;

type Work<Result> = (runner: QueryRunner) => Promise<Result>;

/**
 * Runs work that changes the schema while no other process does. On SQLite it is one transaction, which holds the only
 * write lock there is; on PostgreSQL an advisory lock, under which the work opens its transactions.
 * @throws SchemaLockedError when another process has held the lock for five minutes
 */
export async function withSchemaLock<Result>(
  dataSource: DataSource,
  work: Work<Result>,
  limitMs = maxWaitMs,
): Promise<Result> {
  const runner = dataSource.createQueryRunner('master');
  const locked = dataSource.options.type === 'postgres' ? withAdvisoryLock : withWriteLock;
  try {
    return await locked(runner, work, limitMs);
  } finally {
    await runner.release();
  }
}

/**
 * A transaction-level lock, on a dedicated connection with an open transaction: behind a pooler every transaction of the
 * work may run in another session, and a session-level lock would never be released.
 */
async function withAdvisoryLock<Result>(
  runner: QueryRunner,
  work: Work<Result>,
  limitMs: number,
): Promise<Result> {
  const { url } = runner.dataSource.options as { url: string };
  const holder = new pg.Client({
    connectionString: url,
    application_name: 'account-service schema lock',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  // The next query reports a lost connection.
  holder.on('error', () => undefined);
  try {
    await holder.connect();
    await holder.query(
      'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; ' +
        'SET LOCAL idle_in_transaction_session_timeout = 0',
    );
    await untilLocked(limitMs, async () => {
      // Without parameters: an unnamed portal would keep its snapshot, and CREATE INDEX CONCURRENTLY would wait for
      // that.
      const { rows } = await holder.query<{ got: boolean }>(
        `SELECT pg_try_advisory_xact_lock(${lockKey}) AS got`,
      );
      return rows[0]?.got === true;
    });
    const result = await work(runner);
    await holder.query('COMMIT');
    return result;
  } catch (error) {
    throw translateDriverError(error, runner.dataSource);
  } finally {
    await holder.end().catch(() => undefined);
  }
}

/** Foreign keys are off meanwhile, because rebuilding a table would delete the rows of its children. */
async function withWriteLock<Result>(
  runner: QueryRunner,
  work: Work<Result>,
  limitMs: number,
): Promise<Result> {
  await runner.beforeMigration();
  try {
    await untilLocked(limitMs, () => begun(runner));
    const result = await work(runner);
    const dangling = (await runner.query('PRAGMA foreign_key_check')) as { table: string; parent: string }[];
    if (dangling.length) throw new DanglingReferencesError(dangling);
    await runner.commitTransaction();
    return result;
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.afterMigration();
  }
}

async function begun(runner: QueryRunner): Promise<boolean> {
  try {
    await runner.startTransaction();
    return true;
  } catch (error) {
    if (error instanceof UnavailableError) return false;
    throw error;
  }
}

async function untilLocked(limitMs: number, tryLock: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await tryLock())) {
    if (performance.now() > end) throw new SchemaLockedError(limitMs);
    await sleep(pauseMs);
  }
}
