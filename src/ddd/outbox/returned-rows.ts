import type { DataSource } from 'typeorm';

/** The rows that a writing statement returns: TypeORM returns `[rows, count]` on PostgreSQL, and the rows on SQLite. */
export async function returnedRows<Row>(dataSource: DataSource, response: Promise<unknown>): Promise<Row[]> {
  const rows = await response;
  return dataSource.options.type === 'postgres' ? (rows as [Row[], number])[0] : (rows as Row[]);
}

/** Skips rows that another process has locked; SQLite has one writer at a time anyway. */
export const skipLocked = (dataSource: DataSource) =>
  dataSource.options.type === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
