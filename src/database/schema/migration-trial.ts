import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource, Migration, QueryRunner, Table } from 'typeorm';
import { PostgresDataSource } from '../postgres/postgres.data-source.js';
import type { PostgresOptions } from '../postgres/postgres-options.js';
import { SqliteDataSource } from '../sqlite/sqlite.data-source.js';
import type { SqliteOptions } from '../sqlite/sqlite-options.js';
import { readRules } from './found-table.js';
import { ObservedStatements } from './observed-statements.js';
import { programMigrations } from './program-migrations.js';

/** Tables by name. */
export type Tables = ReadonlyMap<string, Table>;

/** What a migration did when it was tried on empty tables. */
export interface Trial {
  readonly name: string;
  readonly before: Tables;
  readonly after: Tables;
  /** Whether it did something that the tables do not show, such as a change of rows. */
  readonly hasUnseenEffects: boolean;
  /** Names of the tables that SQLite can change only by copying them. */
  readonly rebuilt: readonly string[];
}

/** What the pending migrations did, up to the first that fails on empty tables. */
export interface Trials {
  readonly trials: readonly Trial[];
  /** Without a name where a recorded migration failed, or no schema could be made to try them in. */
  readonly failure?: { readonly name?: string; readonly error: unknown };
}

/**
 * Finds out what each pending migration does to a schema: runs the recorded and then the pending ones on empty tables, on
 * SQLite in a temporary file, on PostgreSQL in a schema of its own that is rolled back.
 */
export async function tryPendingMigrations(
  dataSource: DataSource,
  recorded: ReadonlySet<string>,
): Promise<Trials> {
  const onEmpty = dataSource.options.type === 'postgres' ? onEmptySchema : onEmptyFile;
  return onEmpty(dataSource, async (runner) => {
    const statements = new ObservedStatements(runner);
    const trials: Trial[] = [];
    for (const { name, instance } of recordedFirst(programMigrations(dataSource), recorded)) {
      try {
        const before = recorded.has(name) ? undefined : (trials.at(-1)?.after ?? (await readTables(runner)));
        statements.reset();
        await instance?.up(statements.runner);
        if (!before) continue;
        const { hasUnseenEffects, rebuilt } = statements;
        trials.push({ name, before, after: await readTables(runner), hasUnseenEffects, rebuilt });
      } catch (error) {
        return { trials, failure: { ...(!recorded.has(name) && { name }), error } };
      }
    }
    return { trials };
  });
}

const recordedFirst = (migrations: readonly Migration[], recorded: ReadonlySet<string>) => [
  ...migrations.filter(({ name }) => recorded.has(name)),
  ...migrations.filter(({ name }) => !recorded.has(name)),
];

type Work<Result> = (runner: QueryRunner) => Promise<Result>;

async function onEmptyFile<Result>({ options }: DataSource, work: Work<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-trial-'));
  const dataSource = new SqliteDataSource({
    ...(options as SqliteOptions),
    database: join(folder, 'empty.db'),
  });
  try {
    await dataSource.initialize();
    const runner = dataSource.createQueryRunner('master');
    try {
      await runner.beforeMigration();
      await runner.startTransaction();
      return await work(runner);
    } finally {
      await runner.release();
    }
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

/** On a connection of its own: the caller holds one of the pool, which may have no other. */
async function onEmptySchema<Result>({ options }: DataSource, work: Work<Result>): Promise<Result> {
  const dataSource = new PostgresDataSource({ ...(options as PostgresOptions), poolSize: 1 });
  try {
    await dataSource.initialize();
    return await inTrialSchema(dataSource.createQueryRunner('master'), work);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

async function inTrialSchema<Result>(runner: QueryRunner, work: Work<Result>): Promise<Result> {
  const schema = `trial_${randomUUID().replaceAll('-', '')}`;
  try {
    await runner.startTransaction();
    await runner.query(`CREATE SCHEMA "${schema}"`);
    // Extensions are found where they are.
    await runner.query(
      `SELECT set_config('search_path', '"${schema}", ' || current_setting('search_path'), true)`,
    );
    return await work(runner);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

async function readTables(runner: QueryRunner): Promise<Tables> {
  const isPostgres = runner.dataSource.options.type === 'postgres';
  const rows = (await runner.query(
    isPostgres
      ? `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
      : `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )) as { name: string }[];
  const tables = await runner.getTables(rows.map(({ name }) => name));
  for (const table of tables) {
    await readRules(runner, table);
    forgetSchema(table);
  }
  return new Map(tables.map((table) => [table.name, table]));
}

/** The tables are compared with, and created in, the schema of the connection. */
function forgetSchema(table: Table): void {
  Object.assign(table, { schema: undefined, database: undefined });
  for (const key of table.foreignKeys)
    Object.assign(key, {
      referencedTableName: key.referencedTableName.split('.').at(-1),
      referencedSchema: undefined,
      referencedDatabase: undefined,
    });
}
