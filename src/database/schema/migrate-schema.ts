import type { DataSource } from 'typeorm';
import { recordPending, runPending, settlePending, settleWithoutAltering } from './pending-migrations.js';
import { withSchemaLock } from './schema-lock.js';
import { readSchema, reportBy } from './schema-report.js';
import type { Migrated } from './settling-executor.js';
import { noHistory, SchemaMismatchError } from './schema.errors.js';

const nothing: Migrated = { ran: [], adopted: [], completed: [] };

/**
 * Runs the pending migrations once, however many processes start at the same time. On PostgreSQL each has its own
 * transaction; on SQLite they share one.
 * @throws MigrationFailedError, SchemaMismatchError, SchemaLockedError, DanglingReferencesError
 */
export async function migrateSchema(dataSource: DataSource): Promise<Migrated> {
  if ((await readSchema(dataSource)).pending.length === 0) return nothing;
  return withSchemaLock(dataSource, async (runner) => {
    const { recorded, pending, differences, isEmpty } = await reportBy(runner);
    if (pending.length === 0) return nothing;
    if (recorded.length > 0) return settlePending(runner);
    if (isEmpty) return runPending(runner);
    if (differences.length > 0)
      throw new SchemaMismatchError(
        differences.map(({ text }) => text),
        differences.every(({ create }) => create)
          ? 'It has tables of ours but no record of migrations: start the program once with SCHEMA_MODE=create'
          : noHistory,
      );
    await recordPending(runner);
    return { ...nothing, adopted: pending };
  });
}

/** Settles the pending migrations as `migrateSchema` does, unless one of them has to alter a table that is there. */
export async function migrateWithoutAltering(dataSource: DataSource): Promise<Migrated> {
  const { recorded, pending } = await readSchema(dataSource);
  return pending.length > 0 && recorded.length > 0
    ? withSchemaLock(dataSource, settleWithoutAltering)
    : nothing;
}
