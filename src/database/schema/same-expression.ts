import type { DataSource, QueryRunner } from 'typeorm';
import { UnavailableError } from '../../ddd/repository/index.js';

const comparisons = new WeakMap<DataSource, Map<string, boolean>>();

/**
 * Whether the database considers two expressions equal. It rewrites expressions, so the query plans of both are compared.
 * Nothing is executed or changed.
 * @param from the source of the columns, as SQL
 */
export async function isSameExpression(
  runner: QueryRunner,
  one: string,
  other: string,
  from = '',
): Promise<boolean> {
  if (one === other) return true;
  const known = comparisons.get(runner.dataSource) ?? new Map<string, boolean>();
  comparisons.set(runner.dataSource, known);
  const key = JSON.stringify([one, other, from]);
  const isSame = known.get(key) ?? (await isSamePlan(runner, one, other, from));
  known.set(key, isSame);
  return isSame;
}

async function isSamePlan(runner: QueryRunner, one: string, other: string, from: string): Promise<boolean> {
  const [plan, otherPlan] = [await planOf(runner, one, from), await planOf(runner, other, from)];
  return plan !== undefined && plan === otherPlan;
}

/** Undefined for an expression that the database rejects. */
async function planOf(runner: QueryRunner, expression: string, from: string): Promise<string | undefined> {
  const isPostgres = runner.dataSource.options.type === 'postgres';
  const select = `SELECT (${expression}) AS value ${from && `FROM ${from}`}`;
  const isInside = isPostgres && runner.isTransactionActive;
  if (isInside) await runner.query('SAVEPOINT same_expression');
  try {
    const rows = (await runner.query(
      isPostgres ? `EXPLAIN (VERBOSE, FORMAT JSON) ${select}` : `EXPLAIN ${select}`,
    )) as Record<string, unknown>[];
    if (isInside) await runner.query('RELEASE SAVEPOINT same_expression');
    return isPostgres
      ? JSON.stringify(outputOf(rows))
      : JSON.stringify(rows.map(({ comment: _, ...row }) => row));
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    if (isInside) await runner.query('ROLLBACK TO SAVEPOINT same_expression');
    return undefined;
  }
}

/** Only the output of a PostgreSQL plan, because its costs change with the rows. */
function outputOf(rows: Record<string, unknown>[]): unknown {
  const [explained] = (rows[0]?.['QUERY PLAN'] ?? []) as { Plan?: { Output?: unknown } }[];
  return explained?.Plan?.Output;
}
