import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { SqliteDriver } from './sqlite.driver.js';

export type SqliteDataSourceOptions = Pick<
  DataSourceOptions,
  'entities' | 'migrations' | 'logging' | 'logger'
> & {
  readonly database: string;
};

/**
 * A data source on our own SQLite driver. TypeORM 1.x has no driver for the `sqlite3` package and a closed factory, so
 * this one announces itself as its nearest relative and replaces the driver before anything is connected.
 */
export class SqliteDataSource extends DataSource {
  constructor(options: SqliteDataSourceOptions) {
    super({ ...options, type: 'better-sqlite3', driver: class NotUsed {} });
    Object.assign(this, { driver: new SqliteDriver(this, options.database) });
  }

  /** Text is compared by code point in SQLite anyway, and its name for that is not PostgreSQL's `C`. */
  protected override async buildMetadatas(): Promise<void> {
    await super.buildMetadatas();
    for (const column of this.entityMetadatas.flatMap(({ columns }) => columns))
      if (column.collation === 'C') Object.assign(column, { collation: undefined });
  }
}
