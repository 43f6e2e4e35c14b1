import type { DataSource } from 'typeorm';

type Statement = readonly [sql: string, parameters: unknown[]];

/** The query plan of the last statement of some work. */
export async function planOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<string> {
  const statements = await recorded(dataSource, work);
  const [sql, parameters] = statements.at(-1) ?? ['', []];
  const explain = dataSource.options.type === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
  const rows: object[] = await dataSource.query(`${explain} ${sql}`, parameters);
  return rows.map((row) => ('detail' in row ? row.detail : Object.values(row)[0])).join('\n');
}

/** The text of every statement of some work. */
export const statementsOf = async (dataSource: DataSource, work: () => Promise<unknown>): Promise<string[]> =>
  (await recorded(dataSource, work)).map(([sql]) => sql);

async function recorded(dataSource: DataSource, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { logQuery } = dataSource.logger;
  dataSource.logger.logQuery = (sql, parameters) =>
    void statements.push([sql, (parameters ?? []) as unknown[]]);
  try {
    await work();
  } finally {
    dataSource.logger.logQuery = logQuery;
  }
  return statements;
}
