import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Settings } from '../config/settings.js';
import type { UnitDataSource } from '../ddd/worker/index.js';
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
 * A data source, not yet connected, from TypeORM's options, with a driver of our own.
 * @throws TypeError for any other database than SQLite and PostgreSQL
 */
export function dataSourceOf(options: DataSourceOptions): UnitDataSource {
  if (options.type === 'better-sqlite3') return new SqliteDataSource(options);
  if (options.type === 'postgres') return new PostgresDataSource(options);
  throw new TypeError(`There is no driver for ${options.type}: use better-sqlite3 or postgres`);
}
