import { Logger } from '@nestjs/common';
import { MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { UnavailableError } from '../../ddd/repository/index.js';
import { tryPendingMigrations } from './migration-trial.js';
import type { Trial } from './migration-trial.js';
import { isNonAltering } from './non-altering-migration.js';
import { MigrationFailedError } from './schema.errors.js';
import { SettlingExecutor } from './settling-executor.js';
import type { Migrated } from './settling-executor.js';

const logger = new Logger('Migrations');

/** Runs the migrations that have not run on a database without tables. */
export function runPending(runner: QueryRunner): Promise<Migrated> {
  return execute(new SettlingExecutor(runner));
}

/** Runs the migrations that have not run, but for what they do that is there already. */
export async function settlePending(runner: QueryRunner): Promise<Migrated> {
  return execute(new SettlingExecutor(runner, await tryPending(runner)));
}

/** As `settlePending`, if none of the migrations has to alter a table; otherwise does nothing. */
export async function settleWithoutAltering(runner: QueryRunner): Promise<Migrated> {
  const executor = new SettlingExecutor(runner, await tryPending(runner));
  return (await executor.altersNoTable()) ? execute(executor) : executor.settled;
}

async function execute(executor: SettlingExecutor): Promise<Migrated> {
  try {
    await executor.executePendingMigrations();
    return executor.settled;
  } catch (error) {
    const [failed] = await executor.getPendingMigrations();
    throw new MigrationFailedError(failed?.name ?? 'unknown', error);
  }
}

/** Nothing where the role may not create a schema to try them in: they are then run as they are. */
async function tryPending(runner: QueryRunner): Promise<readonly Trial[]> {
  const recorded = await new MigrationExecutor(runner.dataSource, runner).getExecutedMigrations();
  try {
    return await tryPendingMigrations(runner.dataSource, new Set(recorded.map(({ name }) => name)));
  } catch (error) {
    // On SQLite nothing else would refuse a copy that loses columns.
    if (error instanceof UnavailableError || runner.dataSource.options.type !== 'postgres') throw error;
    logger.warn(
      `The pending migrations cannot be tried on empty tables, so all of them are run, whatever is there: ${String(error)}`,
    );
    return [];
  }
}

/**
 * Records the pending migrations as run without running them, except those that alter no table: they may change rows.
 */
export async function recordPending(runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(runner.dataSource, runner);
  for (const { instance } of await executor.getPendingMigrations())
    if (isNonAltering(instance)) await instance.up(runner);
  executor.fake = true;
  executor.transaction = 'each';
  await executor.executePendingMigrations();
}
