import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { guardDataSource } from '../ddd/worker/index.js';
import { PostgresDataSource } from './postgres/postgres.data-source.js';
import { postgresOptions } from './postgres/postgres-options.js';
import { SqliteDataSource } from './sqlite/sqlite.data-source.js';
import { sqliteOptions } from './sqlite/sqlite-options.js';

/** What the schema is made of, the same on every database. */
export type Schema = Pick<DataSourceOptions, 'entities' | 'migrations'>;

/** A data source, not yet connected, for the database that the settings name. */
export function createDataSource({ address, ...limits }: Settings['database'], schema: Schema): DataSource {
  switch (address.kind) {
    case 'sqlite':
      return dataSourceOf({ ...schema, ...sqliteOptions(address.file) });
    case 'postgres':
      return dataSourceOf({ ...schema, ...postgresOptions(address.url, limits) });
  }
}

/**
 * A data source, not yet connected, from options in TypeORM's words; SQLite and PostgreSQL are reached through drivers of
 * our own.
 */
export function dataSourceOf(options: DataSourceOptions): DataSource {
  if (options.type === 'better-sqlite3') return guardDataSource(new SqliteDataSource(options));
  if (options.type === 'postgres') return guardDataSource(new PostgresDataSource(options));
  return guardDataSource(new DataSource(options));
}
