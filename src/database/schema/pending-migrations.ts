import { MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { isNonAltering } from './non-altering-migration.js';
import { MigrationFailedError } from './schema.errors.js';

/** Runs the migrations that have not run. @returns their names */
export async function runPending(runner: QueryRunner): Promise<string[]> {
  const executor = executorOf(runner);
  try {
    return (await executor.executePendingMigrations()).map(({ name }) => name);
  } catch (error) {
    const [failed] = await executor.getPendingMigrations();
    throw new MigrationFailedError(failed?.name ?? 'unknown', error);
  }
}

/**
 * Records the pending migrations as run without running them, except those that alter no table: they may change rows.
 */
export async function recordPending(runner: QueryRunner): Promise<void> {
  const executor = executorOf(runner);
  for (const { instance } of await executor.getPendingMigrations())
    if (isNonAltering(instance)) await instance.up(runner);
  executor.fake = true;
  await executor.executePendingMigrations();
}

function executorOf(runner: QueryRunner): MigrationExecutor {
  const executor = new MigrationExecutor(runner.dataSource, runner);
  executor.transaction = 'each';
  return executor;
}
