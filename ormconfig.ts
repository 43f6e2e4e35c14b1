import { extname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Settings } from './src/config/settings.js';
import { createDataSource } from './src/database/data-source.js';
import { exportedClasses } from './src/database/exported-classes.js';

/** `.js` once built, `.ts` where a test runner compiles on the fly. */
const extension = extname(import.meta.filename);
const source = join(import.meta.dirname, 'src');
const migrationsFor = (kind: string) => exportedClasses(join(source, 'database/migrations', kind), extension);

/** A table is found by the suffix of its file; a migration by its folder. */
const entities = await exportedClasses(source, `.entity${extension}`);
const migrations = { sqlite: await migrationsFor('sqlite'), postgres: await migrationsFor('postgres') };

/** The one description of our data source: which database, and what its schema is made of. */
export function describeDataSource(database: Settings['database']): DataSource {
  return createDataSource(database, { entities, migrations: migrations[database.address.kind] });
}

/** For TypeORM's command line: `npx typeorm -d dist/ormconfig.js …`. Its statements may take their time. */
export default describeDataSource({ ...Settings.ofThisProcess().database, statementTimeoutMs: 0 });
