import type { DataSource } from 'typeorm';

/** How the database goes about the last statement of some work. */
export async function planOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<string> {
  const statements: [string, unknown[]][] = [];
  const { logQuery } = dataSource.logger;
  dataSource.logger.logQuery = (sql, parameters) =>
    void statements.push([sql, (parameters ?? []) as unknown[]]);
  try {
    await work();
  } finally {
    dataSource.logger.logQuery = logQuery;
  }
  const [sql, parameters] = statements.at(-1) ?? ['', []];
  const explain = dataSource.options.type === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
  const rows: object[] = await dataSource.query(`${explain} ${sql}`, parameters);
  return rows.map((row) => ('detail' in row ? row.detail : Object.values(row)[0])).join('\n');
}
