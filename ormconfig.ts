import { extname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Settings } from './src/config/settings.js';
import { createDataSource } from './src/database/data-source.js';

/** `.js` once built, `.ts` where a test runner compiles on the fly. */
const extension = extname(import.meta.filename);
const source = join(import.meta.dirname, 'src');

/** The one description of our data source: which database, and what its schema is made of. */
export function describeDataSource(database: Settings['database']): DataSource {
  return createDataSource(database, {
    entities: [join(source, `**/*.entity${extension}`)],
    migrations: [join(source, `database/migrations/${database.address.kind}/*${extension}`)],
  });
}

/** For TypeORM's command line: `npx typeorm -d dist/ormconfig.js …`. Its statements may take their time. */
export default describeDataSource({ ...Settings.ofThisProcess().database, statementTimeout: 0 });
