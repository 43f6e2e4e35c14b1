import type { QueryRunner } from 'typeorm';
import type { MovedTable } from './moved-table.js';
import type { RefusedValue } from './refused-rows.js';

interface PostgresError {
  readonly code: string;
  readonly column?: string;
  readonly constraint?: string;
}

const uniqueViolation = '23505';
const checkViolation = '23514';

const sqlState = /^[\dA-Z]{5}$/;

/** Data exception, integrity constraint violation, program limit exceeded, raised by a trigger. */
const aboutValues = /^(22|23|54|P0)/;

/** The server's error, which the query runner wraps in one of the repository's errors. */
function postgresError(error: unknown): PostgresError | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    const { driverError = link } = link as { driverError?: Error };
    if (sqlState.test((driverError as Partial<PostgresError>).code ?? ''))
      return driverError as unknown as PostgresError;
  }
  return undefined;
}

/** Whether an error is about what a row holds, rather than about the connection or the server. */
export const isAboutValues = (error: unknown) => aboutValues.test(postgresError(error)?.code ?? '');

/** Describes what PostgreSQL refused, without its own message, which repeats the value. */
export async function refusedValue(
  runner: QueryRunner,
  { name }: MovedTable,
  error: unknown,
): Promise<RefusedValue> {
  const { code, column, constraint } = postgresError(error) as PostgresError;
  if (!constraint) return { column, reason: `is refused by PostgreSQL, SQLSTATE ${code}` };
  const reason =
    code === uniqueViolation
      ? 'is not unique, another row has the same'
      : code === checkViolation
        ? `does not satisfy the check ${constraint}`
        : `does not satisfy the constraint ${constraint}`;
  return { column: await columnsOf(runner, name, constraint), reason };
}

async function columnsOf(
  runner: QueryRunner,
  table: string,
  constraint: string,
): Promise<string | undefined> {
  const [found] = (await runner.query(
    `SELECT string_agg(attname, ', ' ORDER BY attnum) AS names FROM pg_attribute
     JOIN pg_constraint ON conrelid = attrelid AND attnum = ANY(conkey)
     WHERE conname = $1 AND conrelid = CAST($2 AS regclass)`,
    [constraint, `"${table}"`],
  )) as { names: string | null }[];
  return found?.names ?? undefined;
}
