import { DataSource } from 'typeorm';
import { SqliteDriver } from './sqlite.driver.js';
import type { SqliteOptions } from './sqlite-options.js';

/** A data source on our own SQLite driver: TypeORM's factory of drivers is closed, so its choice is replaced here. */
export class SqliteDataSource extends DataSource {
  constructor(options: SqliteOptions) {
    super(options);
    Object.assign(this, { driver: new SqliteDriver(this, options.database) });
  }
}
