import { MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { isRowMigration } from './row-migration.js';
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

/** Records the pending migrations as run, without running them; but those of rows do run, for no bootstrap does their work. */
export async function recordPending(runner: QueryRunner): Promise<void> {
  const executor = executorOf(runner);
  for (const { instance } of await executor.getPendingMigrations())
    if (isRowMigration(instance)) await instance.up(runner);
  executor.fake = true;
  await executor.executePendingMigrations();
}

function executorOf(runner: QueryRunner): MigrationExecutor {
  const executor = new MigrationExecutor(runner.dataSource, runner);
  executor.transaction = 'each';
  return executor;
}
