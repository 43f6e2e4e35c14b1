import { MigrationExecutor, Table, TableForeignKey } from 'typeorm';
import type { DataSource, EntityMetadata, QueryRunner } from 'typeorm';
import { foundTable } from './found-table.js';
import { isNonAltering } from './non-altering-migration.js';
import { programMigrations } from './program-migrations.js';
import { sortByReference } from './reference-order.js';
import { differencesOf } from './schema-difference.js';
import type { SchemaDifference } from './schema-difference.js';

/** How the schema of a database compares with what this program needs. */
export interface SchemaReport {
  /** Names of the migrations that have run, and of those that have not, in their order. */
  readonly recorded: readonly string[];
  readonly pending: readonly string[];
  /** Names of those that have run and that this program does not have. */
  readonly unknown: readonly string[];
  /** Whether no pending migration alters a table. */
  readonly altersNoTable: boolean;
  readonly differences: readonly SchemaDifference[];
  /** Whether the database has any table of ours. */
  readonly isEmpty: boolean;
}

/** Reads the schema in a transaction of its own. */
export async function readSchema(dataSource: DataSource): Promise<SchemaReport> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    // On SQLite this pins one connection, which then sees the newest schema: pragmas alone may report an old one.
    await runner.startTransaction();
    return await reportBy(runner);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

/** Reads the schema through a query runner, including what its transaction has changed so far. */
export async function reportBy(runner: QueryRunner): Promise<SchemaReport> {
  const { dataSource } = runner;
  const executor = new MigrationExecutor(dataSource, runner);
  const recorded = (await executor.getExecutedMigrations()).map(({ name }) => name);
  const migrations = await executor.getPendingMigrations();
  const pending = migrations.map(({ name }) => name);
  const known = new Set(programMigrations(dataSource).map(({ name }) => name));
  const unknown = recorded.filter((name) => !known.has(name));
  const altersNoTable = migrations.every(({ instance }) => isNonAltering(instance));
  const differences: SchemaDifference[] = [];
  let isEmpty = true;
  const { sorted, cyclic } = sortByReference(dataSource.entityMetadatas);
  for (const metadata of [...sorted, ...cyclic]) {
    const wanted = wantedTable(metadata);
    const found = await foundTable(runner, metadata.tablePath, wanted);
    if (found) isEmpty = false;
    differences.push(...differencesOf(wanted, found));
  }
  return { recorded, pending, unknown, altersNoTable, differences, isEmpty };
}

function wantedTable(metadata: EntityMetadata): Table {
  const { driver } = metadata.dataSource;
  const table = Table.create(metadata, driver);
  table.foreignKeys = metadata.foreignKeys.map((key) => TableForeignKey.create(key, driver));
  return table;
}
