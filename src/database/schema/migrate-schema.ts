import { MigrationExecutor } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import { recordAll } from './create-schema.js';
import { underSchemaLock } from './schema-lock.js';
import { readSchema, reportBy } from './schema-report.js';
import { MigrationFailedError, noHistory, SchemaMismatchError } from './schema.errors.js';

export interface Migrated {
  /** Names of the migrations that ran now. */
  readonly ran: readonly string[];
  /** Names of those that were only recorded, because the schema bootstrap had created what they create. */
  readonly adopted: readonly string[];
}

/**
 * Runs the migrations that have not run, once, however many processes ask for it at the same time. On PostgreSQL each
 * has a transaction of its own; on SQLite they share one.
 * @throws MigrationFailedError, SchemaMismatchError, SchemaLockedError, DanglingReferencesError
 */
export async function migrateSchema(dataSource: DataSource): Promise<Migrated> {
  if ((await readSchema(dataSource)).pending.length === 0) return { ran: [], adopted: [] };
  return underSchemaLock(dataSource, async (runner) => {
    const { recorded, pending, differences, isEmpty } = await reportBy(runner);
    if (recorded.length > 0 || isEmpty) return { ran: await runPending(runner), adopted: [] };
    if (differences.length > 0)
      throw new SchemaMismatchError(
        differences.map(({ text }) => text),
        differences.every(({ create }) => create)
          ? 'It has tables of ours but no record of migrations: start the program once with SCHEMA_MODE=create'
          : noHistory,
      );
    await recordAll(new MigrationExecutor(dataSource, runner));
    return { ran: [], adopted: pending };
  });
}

async function runPending(runner: QueryRunner): Promise<string[]> {
  const executor = new MigrationExecutor(runner.dataSource, runner);
  executor.transaction = 'each';
  try {
    return (await executor.executePendingMigrations()).map(({ name }) => name);
  } catch (error) {
    const [failed] = await executor.getPendingMigrations();
    throw new MigrationFailedError(failed?.name ?? 'unknown', error);
  }
}
