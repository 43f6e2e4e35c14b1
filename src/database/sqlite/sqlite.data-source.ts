import { UnitDataSource } from '../../ddd/worker/index.js';
import { SqliteDriver } from './sqlite.driver.js';
import type { SqliteOptions } from './sqlite-options.js';

/**
 * A data source with our own SQLite driver. It replaces the driver, because TypeORM's driver factory cannot be
 * extended.
 */
export class SqliteDataSource extends UnitDataSource {
  constructor(options: SqliteOptions) {
    super(options);
    Object.assign(this, { driver: new SqliteDriver(this, options.database) });
  }

  /** Text is compared by code point in SQLite anyway, and its name for that is not PostgreSQL's `C`. */
  protected override async buildMetadatas(): Promise<void> {
    await super.buildMetadatas();
    for (const column of this.entityMetadatas.flatMap(({ columns }) => columns))
      if (column.collation === 'C') Object.assign(column, { collation: undefined });
  }
}
