import { QueryResult } from 'typeorm';
import { nameBrokenReference } from './broken-reference.js';
import type { SqliteConnection } from './sqlite-connection.js';
import type { SqliteStatement } from './sqlite-statements.js';

const readingPragma =
  /PRAGMA\s+(table_x?info|index_list|index_x?info|foreign_key_list|foreign_key_check|database_list)\b/i;
const writingWord = /\b(INSERT|UPDATE|DELETE|REPLACE)\b/i;
const transactionKeywords = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];

/** Whether a read-only connection suffices. A statement that might write goes to the writer. */
export function onlyReads({ sql, keyword }: SqliteStatement): boolean {
  if (keyword === 'WITH') return !writingWord.test(sql);
  if (keyword === 'PRAGMA') return readingPragma.test(sql);
  return ['SELECT', 'VALUES', 'EXPLAIN'].includes(keyword);
}

/**
 * Refuses a text that could not run completely, before any of it has run.
 * @param isHeld whether the caller holds the connection beyond this text, so that it can end a transaction
 * @throws TypeError for several statements with parameters, which PostgreSQL refuses too; for a transaction of their
 *   own, or one that nothing would end
 */
export function assertRunnable(
  statements: readonly SqliteStatement[],
  values: readonly unknown[],
  isHeld: boolean,
): void {
  const isSeveral = statements.length > 1;
  if (isSeveral && values.length)
    throw new TypeError(
      `${statements.length} statements in one text cannot share its parameters: run each with a query of its own`,
    );
  const control = statements.find(({ keyword }) => transactionKeywords.includes(keyword));
  if (control && (isSeveral || !isHeld))
    throw new TypeError(
      `${control.keyword} ${isSeveral ? 'among several statements, which are one transaction anyway' : 'on a connection that goes back to the pool'}: ` +
        'use dataSource.transaction, or startTransaction of a query runner',
    );
}

/** Runs the statements of a text and returns the result of the last. */
export async function execute(
  connection: SqliteConnection,
  statements: readonly SqliteStatement[],
  values: readonly unknown[],
): Promise<QueryResult> {
  let result = emptyResult();
  for (const statement of statements) {
    try {
      result = await run(connection, statement, values);
    } catch (error) {
      await nameBrokenReference(error, connection, statement, values);
      throw error;
    }
  }
  return result;
}

/** Like `execute`, but atomically, as PostgreSQL runs such a text. */
export async function executeAtomically(
  connection: SqliteConnection,
  statements: readonly SqliteStatement[],
): Promise<QueryResult> {
  await connection.write(statements.every(onlyReads) ? 'BEGIN' : 'BEGIN IMMEDIATE');
  try {
    const result = await execute(connection, statements, []);
    await connection.write('COMMIT');
    return result;
  } catch (error) {
    await connection.rollBack();
    throw error;
  }
}

async function run(
  connection: SqliteConnection,
  { sql, keyword }: SqliteStatement,
  values: readonly unknown[],
): Promise<QueryResult> {
  const result = emptyResult();
  switch (keyword) {
    case 'SELECT':
    case 'VALUES':
    case 'EXPLAIN':
    case 'PRAGMA':
      return withRows(result, await connection.rows(sql, values));
    case 'WITH':
    case 'INSERT':
    case 'REPLACE':
    case 'UPDATE':
    case 'DELETE': {
      if (await connection.returnsRows(sql)) return withRows(result, await connection.rows(sql, values));
      const { changes, lastId } = await connection.write(sql, values);
      result.raw = lastId;
      result.affected = changes;
      return result;
    }
    default:
      // SQLite still reports the changes of an earlier statement here.
      await connection.write(sql, values);
      return result;
  }
}

function emptyResult(): QueryResult {
  const result = new QueryResult();
  result.raw = [];
  return result;
}

function withRows(result: QueryResult, rows: Record<string, unknown>[]): QueryResult {
  result.records = rows;
  result.raw = rows;
  result.affected = rows.length;
  return result;
}
