import type { DataSourceOptions } from 'typeorm';

export type SqliteOptions = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;

/**
 * Our SQLite driver in TypeORM's words. TypeORM 1.x has no driver for the `sqlite3` package, so it goes by the name of
 * its nearest relative, whose own package is never loaded.
 */
export function sqliteOptions(file: string): SqliteOptions {
  return { type: 'better-sqlite3', database: file, driver: class NotUsed {} };
}
