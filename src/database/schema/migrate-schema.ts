import type { DataSource } from 'typeorm';
import { recordPending, runPending } from './pending-migrations.js';
import { withSchemaLock } from './schema-lock.js';
import { readSchema, reportBy } from './schema-report.js';
import { noHistory, SchemaMismatchError } from './schema.errors.js';

export interface Migrated {
  /** Names of the migrations that ran now. */
  readonly ran: readonly string[];
  /** Names of those that were only recorded, because the schema bootstrap had created their objects. */
  readonly adopted: readonly string[];
}

/**
 * Runs the pending migrations once, however many processes start at the same time. On PostgreSQL each has its own
 * transaction; on SQLite they share one.
 * @throws MigrationFailedError, SchemaMismatchError, SchemaLockedError, DanglingReferencesError
 */
export async function migrateSchema(dataSource: DataSource): Promise<Migrated> {
  if ((await readSchema(dataSource)).pending.length === 0) return { ran: [], adopted: [] };
  return withSchemaLock(dataSource, async (runner) => {
    const { recorded, pending, differences, isEmpty } = await reportBy(runner);
    if (recorded.length > 0 || isEmpty) return { ran: await runPending(runner), adopted: [] };
    if (differences.length > 0)
      throw new SchemaMismatchError(
        differences.map(({ text }) => text),
        differences.every(({ create }) => create)
          ? 'It has tables of ours but no record of migrations: start the program once with SCHEMA_MODE=create'
          : noHistory,
      );
    await recordPending(runner);
    return { ran: [], adopted: pending };
  });
}

/**
 * Runs the pending migrations if none of them alters a table, which the schema bootstrap may do as well.
 * @returns their names
 */
export async function migrateWithoutAltering(dataSource: DataSource): Promise<readonly string[]> {
  const { pending, altersNoTable } = await readSchema(dataSource);
  return pending.length > 0 && altersNoTable ? (await migrateSchema(dataSource)).ran : [];
}
