import type { MigrationInterface } from 'typeorm';

/**
 * A migration that changes rows and never the schema, and does nothing when it runs again. It also runs with
 * SCHEMA_MODE=create, and on tables that have no record of migrations, where the others are only recorded.
 */
export interface RowMigration extends MigrationInterface {
  readonly changesRowsOnly: true;
}

export function isRowMigration(migration: MigrationInterface | undefined): migration is RowMigration {
  return migration !== undefined && 'changesRowsOnly' in migration && migration.changesRowsOnly === true;
}
