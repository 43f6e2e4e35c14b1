import { Logger } from '@nestjs/common';
import { MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { UnavailableError } from '../../ddd/repository/index.js';
import { tryPendingMigrations } from './migration-trial.js';
import type { Trial, Trials } from './migration-trial.js';
import { isNonAltering } from './non-altering-migration.js';
import { MigrationFailedError, missingRight } from './schema.errors.js';
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

/**
 * Up to the first migration that fails on empty tables, because it expects what no migration creates. On PostgreSQL none
 * at all where the role may not create a schema. The rest is run whatever is there.
 */
async function tryPending(runner: QueryRunner): Promise<readonly Trial[]> {
  const recorded = await new MigrationExecutor(runner.dataSource, runner).getExecutedMigrations();
  const { trials, failure } = await tryPendingMigrations(
    runner.dataSource,
    new Set(recorded.map(({ name }) => name)),
  ).catch((error: unknown): Trials => ({ trials: [], failure: { error } }));
  // Without the right to create a schema, the migrations themselves may still run.
  if (failure?.error instanceof UnavailableError && !missingRight(failure.error)) throw failure.error;
  if (failure) {
    const untried = failure.name ? `${failure.name} and what follows it` : 'The pending migrations';
    logger.warn(
      `${untried} cannot be tried on empty tables, and will be run, whatever is there: ${String(failure.error)}`,
    );
  }
  return trials;
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
