import { UnavailableError } from '../repository/index.js';
import { RefusedStatementError } from './worker.errors.js';

const rollbackToSavepoint = /^\s*ROLLBACK(?:\s+(?:WORK|TRANSACTION))?\s+TO\s/i;
export const isRollbackToSavepoint = (sql: string) => rollbackToSavepoint.test(sql);

/**
 * Whether rolling back to a savepoint leaves a usable transaction. It does not after a lost connection or a
 * serialization failure. A refused statement is a bug in the program, so it stays fatal.
 */
export const canBeUndone = (failure: unknown) =>
  !(failure instanceof UnavailableError || failure instanceof RefusedStatementError);

export const endedByStatement = (cause?: unknown) =>
  new RefusedStatementError(
    'A statement that ends the transaction',
    'a unit commits when its callback returns and rolls back when it throws',
    cause,
  );

/** PostgreSQL itself refuses a procedure that ends the transaction (2D000, invalid transaction termination). */
export const failureOf = (error: unknown): unknown =>
  error instanceof Error && (error as { code?: string }).code === '2D000' ? endedByStatement(error) : error;
