import type { DataSource, QueryRunner } from 'typeorm';
import { SqliteDataSource } from '../../src/database/sqlite/sqlite.data-source.js';
import { sqliteOptions } from '../../src/database/sqlite/sqlite-options.js';
import { SqliteQueryRunner } from '../../src/database/sqlite/sqlite.query-runner.js';
import { ledgerEntities } from './ledger.js';

/** A query runner that is never released, as in TypeORM's own SQLite drivers. */
class EverlastingQueryRunner extends SqliteQueryRunner {
  override async release(): Promise<void> {}
}

/** SQLite as TypeORM uses it by default: one connection and one query runner for every caller. */
export async function connectShared(file: string): Promise<DataSource> {
  const dataSource = new SqliteDataSource({ ...sqliteOptions(file), entities: ledgerEntities });
  let shared: QueryRunner | undefined;
  Object.assign(dataSource.driver, {
    createQueryRunner: () => (shared ??= new EverlastingQueryRunner(dataSource.driver as never, 'master')),
  });
  return dataSource.initialize();
}
