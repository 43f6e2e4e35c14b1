import type { DataSource } from 'typeorm';
import { describeDataSource } from '../../src/database/describe-data-source.js';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import type { Schema } from '../../src/database/data-source.js';
import { createDatabase as createEmptyDatabase } from '../../testing/databases.js';
import type { DatabaseKind, TestDatabase as EmptyDatabase } from '../../testing/databases.js';

export { databaseKinds } from '../../testing/databases.js';
export type { DatabaseKind } from '../../testing/databases.js';

/** A database of the testing kit that can also be opened like the product's. */
export interface TestDatabase extends EmptyDatabase {
  /**
   * Connects with the entities and migrations of the product, or with those given in their place.
   * @param url of another database than this one
   */
  connectWith(schema?: Partial<Schema>, url?: string): Promise<DataSource>;
}

export async function createDatabase(kind: DatabaseKind, server?: string): Promise<TestDatabase> {
  const database = await createEmptyDatabase(kind, server);
  const open: DataSource[] = [];
  return {
    ...database,
    async connectWith(schema = {}, url = database.url) {
      const settings = readSettings({ DATABASE_URL: url }).database;
      const { entities = [], migrations = [] } = describeDataSource(settings).options;
      const dataSource = createDataSource(settings, { entities, migrations, ...schema });
      open.push(dataSource);
      return dataSource.initialize();
    },
    async destroy() {
      for (const dataSource of open) if (dataSource.isInitialized) await dataSource.destroy();
      await database.destroy();
    },
  };
}
