import type { DataSource } from 'typeorm';
import { SqliteDriver } from '../sqlite/sqlite.driver.js';

/** Whether a SQLite file existed before this process opened it, and has no table of this service. */
export async function isFileWithoutTables(dataSource: DataSource): Promise<boolean> {
  const { driver, entityMetadatas } = dataSource;
  if (!(driver instanceof SqliteDriver) || driver.isNew) return false;
  const rows = await dataSource.query<{ name: string }[]>(
    `SELECT name FROM sqlite_master WHERE type = 'table'`,
  );
  const found = new Set(rows.map(({ name }) => name));
  return !entityMetadatas.some(({ tableName }) => found.has(tableName));
}
