import type { DataSourceOptions } from 'typeorm';

export type SqliteOptions = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;

/**
 * TypeORM options for our SQLite driver. TypeORM 1.x has no driver for the `sqlite3` package, so it uses the name of
 * its closest relative, whose own package is never loaded.
 */
export function sqliteOptions(file: string): SqliteOptions {
  return { type: 'better-sqlite3', database: file, driver: class NotUsed {} };
}
