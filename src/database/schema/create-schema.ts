import type { DataSource } from 'typeorm';
import { recordPending } from './pending-migrations.js';
import { withSchemaLock } from './schema-lock.js';
import { reportBy, readSchema } from './schema-report.js';
import type { SchemaReport } from './schema-report.js';
import { remedyFor, SchemaMismatchError } from './schema.errors.js';

/**
 * Creates missing tables and indexes. It never drops and never alters any: either everything can be created, or nothing
 * is done. A complete schema without a history is recorded as migrated, so that `migrate` can take over later.
 * @returns what was created, in words
 * @throws SchemaMismatchError when something would have to change, or belongs to a migration that has not run
 */
export async function createSchema(dataSource: DataSource): Promise<string[]> {
  if (isDone(await readSchema(dataSource))) return [];
  return withSchemaLock(dataSource, async (runner) => {
    const report = await reportBy(runner);
    const { recorded, pending, altersNoTable, differences } = report;
    if (isDone(report)) return [];
    const isLeftToMigrations = recorded.length > 0 && !altersNoTable;
    if (isLeftToMigrations || differences.some(({ create }) => !create))
      throw new SchemaMismatchError(
        [
          ...differences.map(({ text }) => text),
          ...(isLeftToMigrations ? pending.map((name) => `the migration ${name} has not run`) : []),
        ],
        remedyFor(report),
      );
    await runner.startTransaction();
    try {
      for (const { create } of differences) await create?.(runner);
      if (recorded.length === 0) await recordPending(runner);
      await runner.commitTransaction();
    } catch (error) {
      await runner.rollbackTransaction();
      throw error;
    }
    return differences.map(({ text }) => text);
  });
}

/** A database that fits is left alone, except for its history: a pending migration of data is no reason to stop. */
const isDone = ({ recorded, pending, differences }: SchemaReport) =>
  differences.length === 0 && (recorded.length > 0 || pending.length === 0);
