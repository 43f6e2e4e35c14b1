import type { SqliteConnection } from './sqlite-connection.js';
import type { SqliteStatement } from './sqlite-statements.js';

/** The search reads whole tables, so its time is limited; the error then names no constraint. */
const searchLimitMs = 250;
const savepoint = 'broken_reference';

/** The package creates its errors outside a Jest realm, so they are no `Error` of it. */
const isBrokenReference = (error: unknown): error is Error =>
  String((error as Partial<Error> | undefined)?.message).includes('FOREIGN KEY constraint failed');

/**
 * Adds table and columns of the foreign key to an error of SQLite, which names none. The statement is repeated with
 * foreign keys deferred to the end of the transaction, the database reports the violating row, and all of it is rolled
 * back.
 */
export async function nameBrokenReference(
  error: unknown,
  connection: SqliteConnection,
  { sql, keyword }: SqliteStatement,
  values: readonly unknown[],
): Promise<void> {
  if (!isBrokenReference(error)) return;
  try {
    if (keyword === 'COMMIT' || keyword === 'END') Object.assign(error, await found(connection));
    else Object.assign(error, await foundAgain(connection, () => connection.rows(sql, values)));
  } catch {
    // An error of the repetition must not hide the original one.
  }
}

async function foundAgain(connection: SqliteConnection, run: () => Promise<unknown>): Promise<object> {
  const [before] = await connection.rows('PRAGMA defer_foreign_keys');
  await connection.write(`SAVEPOINT ${savepoint}`);
  try {
    await connection.write('PRAGMA defer_foreign_keys = ON');
    await run();
    return await found(connection);
  } finally {
    await connection.write(`ROLLBACK TO ${savepoint}`);
    await connection.write(`RELEASE ${savepoint}`);
    await connection.write(`PRAGMA defer_foreign_keys = ${Number(before?.['defer_foreign_keys'] ?? 0)}`);
  }
}

async function found(connection: SqliteConnection): Promise<object> {
  const timer = setTimeout(() => connection.interrupt(), searchLimitMs);
  try {
    const rows = await connection.rows(
      `SELECT broken."table" AS name, key."from" AS "column"
       FROM (SELECT "table", fkid FROM pragma_foreign_key_check LIMIT 1) broken
         JOIN pragma_foreign_key_list(broken."table") key ON key.id = broken.fkid
       ORDER BY key.seq`,
    );
    return rows.length ? { table: rows[0]?.['name'], columns: rows.map(({ column }) => column) } : {};
  } finally {
    clearTimeout(timer);
  }
}
