import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { UnavailableError } from '../../ddd/repository/repository.errors.js';
import { DanglingReferencesError, SchemaLockedError } from './schema.errors.js';

/** Milliseconds. */
const longestWait = 5 * 60_000;
const pause = 100;
/** Any number will do, as long as nobody else locks it in our database: "schema" in ASCII, cut to 32 bits. */
const lockKey = 0x7363_6865;

type Work<Result> = (runner: QueryRunner) => Promise<Result>;

/**
 * Runs work that changes the schema while no other process does. On SQLite it is one transaction, which holds the only
 * write lock there is; on PostgreSQL an advisory lock of the session, under which the work opens its transactions.
 * @throws SchemaLockedError when another process has held the lock for five minutes
 */
export async function underSchemaLock<Result>(
  dataSource: DataSource,
  work: Work<Result>,
  wait = longestWait,
): Promise<Result> {
  const runner = dataSource.createQueryRunner('master');
  const locked = dataSource.options.type === 'postgres' ? underAdvisoryLock : underWriteLock;
  try {
    return await locked(runner, work, wait);
  } finally {
    await runner.release();
  }
}

async function underAdvisoryLock<Result>(
  runner: QueryRunner,
  work: Work<Result>,
  wait: number,
): Promise<Result> {
  await untilLocked(wait, async () => {
    const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS got', [lockKey])) as [
      { got: boolean },
    ];
    return row.got;
  });
  try {
    return await work(runner);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}

/** Foreign keys are off meanwhile, for a table that is rebuilt would take its children's rows with it. */
async function underWriteLock<Result>(
  runner: QueryRunner,
  work: Work<Result>,
  wait: number,
): Promise<Result> {
  await runner.beforeMigration();
  try {
    await untilLocked(wait, () => begun(runner));
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

async function untilLocked(wait: number, tryLock: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + wait;
  while (!(await tryLock())) {
    if (Date.now() > end) throw new SchemaLockedError(wait);
    await sleep(pause);
  }
}
