/** Data sources on SQLite and PostgreSQL that units of work can hold in order. */
export { dataSourceOf } from '../src/database/data-source.js';
export { openDataSource } from '../src/database/open-data-source.js';
export { PostgresCommitSignal } from '../src/database/postgres/postgres-commit-signal.js';
export { postgresOptions } from '../src/database/postgres/postgres-options.js';
export type { PostgresLimits } from '../src/database/postgres/postgres-options.js';
export { createSchema } from '../src/database/schema/create-schema.js';
export { SqliteCommitSignal } from '../src/database/sqlite/sqlite-commit-signal.js';
export { sqliteOptions } from '../src/database/sqlite/sqlite-options.js';
