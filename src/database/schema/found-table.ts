import type { QueryRunner, Table, TableColumn } from 'typeorm';
import { quotedPath, readPostgresRules } from '../postgres/postgres-rules.js';
import { readSqliteRules } from '../sqlite/sqlite-rules.js';
import { isSameExpression } from './same-expression.js';

/**
 * A table as the database has it. Defaults, checks and conditions that are equivalent to the program's are given in the
 * program's wording, so that they can be compared as text.
 */
export async function foundTable(
  runner: QueryRunner,
  tablePath: string,
  wanted: Table,
): Promise<Table | undefined> {
  const found = await runner.getTable(tablePath);
  if (!found) return undefined;
  const types = await readRules(runner, found);
  const from = quotedPath(tablePath);
  for (const column of wanted.columns) {
    const own = found.findColumnByName(column.name);
    if (own && !column.isGenerated) await adoptDefault(runner, column, own, types.get(column.name));
  }
  for (const check of wanted.checks) await adopt(runner, check, found.checks, 'expression', from);
  for (const index of wanted.indices) await adopt(runner, index, found.indices, 'where', from);
  return found;
}

/** Corrects what TypeORM has read of a table. @returns the names of its columns' types, where a cast needs them */
export function readRules(runner: QueryRunner, table: Table): Promise<Map<string, string>> {
  const isPostgres = runner.dataSource.options.type === 'postgres';
  return isPostgres ? readPostgresRules(runner, table) : readSqliteRules(runner, table);
}

async function adopt<Name extends string>(
  runner: QueryRunner,
  wanted: { readonly name?: string } & { readonly [Key in Name]?: string },
  found: readonly ({ name?: string } & { [Key in Name]?: string })[],
  part: Name,
  from: string,
): Promise<void> {
  const own = found.find(({ name }) => name === wanted.name);
  const [is, should] = [own?.[part], wanted[part]];
  if (own && is && should && (await isSameExpression(runner, is, should, from)))
    Object.assign(own, { [part]: should });
}

/** A default is compared as the column would store it: '5' is 5 in a numeric column. */
async function adoptDefault(
  runner: QueryRunner,
  { default: should }: TableColumn,
  found: TableColumn,
  type: string | undefined,
): Promise<void> {
  const is: unknown = found.default;
  if (typeof is !== 'string' || typeof should !== 'string') return;
  // SQLite reports only the first digits of a number.
  if (isNumber(is) && isNumber(should) && Number(is) !== Number(should)) return;
  const taken = (expression: string) => (type ? `CAST((${expression}) AS ${type})` : expression);
  if (await isSameExpression(runner, taken(is), taken(should))) found.default = should;
}

const isNumber = (expression: string) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(expression);
