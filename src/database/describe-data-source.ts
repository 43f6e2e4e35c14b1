import { extname, join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { createDataSource } from './data-source.js';
import { exportedClasses } from './exported-classes.js';

/** `.js` once built, `.ts` where a test runner compiles on the fly. */
const extension = extname(import.meta.filename);
const source = resolve(import.meta.dirname, '..');
const migrationsFor = (kind: string) => exportedClasses(join(source, 'database/migrations', kind), extension);

/** A table is found by the suffix of its file; a migration by its folder. */
const entities = await exportedClasses(source, `.entity${extension}`);
const migrations = { sqlite: await migrationsFor('sqlite'), postgres: await migrationsFor('postgres') };

/** The one description of our data source: which database, and what its schema is made of. */
export function describeDataSource(database: Settings['database']): DataSource {
  return createDataSource(database, { entities, migrations: migrations[database.address.kind] });
}
