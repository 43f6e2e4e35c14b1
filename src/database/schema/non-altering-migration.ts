import type { MigrationInterface } from 'typeorm';

/**
 * A migration that alters no table that is there: it changes rows, or adds what is missing (`IF NOT EXISTS`), and does
 * nothing when it runs again. It also runs with SCHEMA_MODE=create, and on tables that have no record of migrations,
 * where the others are only recorded.
 */
export interface NonAlteringMigration extends MigrationInterface {
  readonly altersNoTable: true;
}

export function isNonAltering(migration: MigrationInterface | undefined): migration is NonAlteringMigration {
  return migration !== undefined && 'altersNoTable' in migration && migration.altersNoTable === true;
}
