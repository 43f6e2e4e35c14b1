import type { QueryRunner, Table } from 'typeorm';
import { quotedPath } from '../postgres/postgres-rules.js';
import { readRules } from './found-table.js';
import type { ChangedPart } from './migration-outcome.js';
import type { Trial } from './migration-trial.js';
import { HalfPresentError } from './schema.errors.js';

/**
 * Adds what is missing of the outcome of a migration. It changes and drops nothing.
 * @throws HalfPresentError when that would not be enough
 */
export async function completeOutcome(
  runner: QueryRunner,
  { after }: Trial,
  changes: readonly ChangedPart[],
): Promise<void> {
  const open = changes.filter(({ state }) => state !== 'after');
  const missing = open.filter(({ isInTable }) => isInTable);
  const problems: string[] = [];
  for (const change of missing) problems.push(...(await problemsOf(runner, change)));
  if (problems.length) throw new HalfPresentError(problems);
  await createTables(
    runner,
    [...after.values()].filter((table) => open.some((part) => part.table === table.name && !part.isInTable)),
  );
  for (const { table, after: part } of missing) {
    const found = await runner.getTable(table);
    if (!found) continue;
    // SQLite copies the table to add a column: what TypeORM misreads of it would be lost.
    await readRules(runner, found);
    await part?.addTo?.(runner, found);
  }
}

async function problemsOf(
  runner: QueryRunner,
  { table, name, found, after }: ChangedPart,
): Promise<string[]> {
  if (found || !after?.addTo)
    return [
      after
        ? `${name} is ${found?.definition ?? 'missing'}, not ${after.definition}`
        : `${name} is still there`,
    ];
  if (!after.needsValue) return [];
  const rows = (await runner.query(`SELECT 1 FROM ${quotedPath(table)} LIMIT 1`)) as unknown[];
  return rows.length ? [`${name} is missing, and the rows that are there have no value for it`] : [];
}

/** The foreign keys come last, because two tables may refer to each other; SQLite takes them with the table only. */
async function createTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  const isPostgres = runner.dataSource.options.type === 'postgres';
  for (const table of tables) await runner.createTable(table.clone(), false, !isPostgres);
  if (isPostgres)
    for (const table of tables)
      for (const key of table.foreignKeys) await runner.createForeignKey(table.name, key.clone());
}
