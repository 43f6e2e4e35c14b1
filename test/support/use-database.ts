import type { DataSource, DataSourceOptions } from 'typeorm';
import { keep, UsedDatabase as UsedEmptyDatabase } from '../../testing/use-database.js';
import type { UseDatabaseOptions } from '../../testing/use-database.js';
import { createDatabase } from './databases.js';
import type { DatabaseKind, TestDatabase } from './databases.js';

/** The database of the running test, which can also be opened like the product's. */
export class UsedDatabase extends UsedEmptyDatabase<TestDatabase> implements TestDatabase {
  connectWith(...args: Parameters<TestDatabase['connectWith']>): Promise<DataSource> {
    return this.current.connectWith(...args);
  }
}

/** As in the testing kit. */
export const useDatabase = (
  kind: DatabaseKind,
  entities: NonNullable<DataSourceOptions['entities']> = [],
  options: UseDatabaseOptions = {},
): UsedDatabase => keep(new UsedDatabase(), () => createDatabase(kind), entities, options);
