import { QueryFailedError } from 'typeorm';
import type { DataSource, ReplicationMode } from 'typeorm';
import { CodedError } from '../../error/index.js';
import { ReadOnlyUnitError } from '../read-only-unit.error.js';
import { brokenConstraint } from './broken-constraint.js';
import {
  AlreadyExistsError,
  IntegrityError,
  ReadOnlyDatabaseError,
  StillReferencedError,
  UnavailableError,
} from '../repository.errors.js';

interface DriverError extends Error {
  readonly code?: string;
  detail?: string;
  where?: string;
}

/**
 * SQLite result codes (https://sqlite.org/rescode.html) and SQLSTATE classes of PostgreSQL, by their meaning for us.
 */
const unavailable =
  /^(SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|INTERRUPT|NOMEM)|40001|40P01|55P03|57014|57P0[1-5]|25P0[34]|08...|53...|58...|E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)|ENOTFOUND)$/;
const readOnly = /^(SQLITE_READONLY|25006)$/;
const readOnlySession = '25006';
/** The server responds but refuses the login: wrong password, unknown role, unknown database. */
const loginRefused = /^(28000|28P01|3D000)$/;
/** PgBouncer says the same with the code of a protocol violation. */
const poolerRefusal = /authentication failed|^no such user|does not exist$|is not permitted to log in/;
const rightMissing = /^42501$/;
const unique = /^23505$/;
/** A foreign key, or its ON DELETE RESTRICT. */
const foreignKey = /^(23503|23001)$/;
const isForeignKey = ({ code = '', message }: DriverError) =>
  foreignKey.test(code) || message.includes('FOREIGN KEY constraint failed');
const constraint = /^(SQLITE_(CONSTRAINT|MISMATCH)|23...|22001|22003|22021|22P02)$/;
/** Messages of `pg` and its pool, without a code, about a connection that is unavailable or lost. */
const lostConnection =
  /timeout exceeded when trying to connect|connection terminated|connection error and is not queryable|connection timeout|client was closed|after calling end|query read timeout/i;

/** The codes among these after which a connection is unusable. */
const lostCode = /^(57P0[1-5]|25P0[34]|08...|E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH))$/;

const serializationFailure = /^(40001|40P01)$/;

/**
 * Translates a driver's error into a repository error. The cause is kept without the statement's parameters and the
 * database's quotations of them. An error that concerns neither the data nor the connection is returned as it is.
 * @param mode of the query runner: a refused write on a read-only runner is a mistake of the program; on any other, the
 *   database itself is read-only
 */
export function translateDriverError(
  error: unknown,
  dataSource: DataSource,
  mode: ReplicationMode = 'master',
): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  const cause: DriverError = error instanceof QueryFailedError ? (error.driverError as DriverError) : error;
  delete cause.detail;
  delete cause.where;
  const code = cause.code ?? '';
  if (readOnly.test(code))
    return mode === 'slave' ? new ReadOnlyUnitError(cause) : new ReadOnlyDatabaseError(cause);
  if (code === 'SQLITE_READONLY_DBMOVED')
    return new UnavailableError('database', { cause, reason: 'its file was moved, deleted or replaced' });
  if (isLoginRefused(cause))
    return new UnavailableError('database', {
      cause,
      reason: 'it refuses the user, password or database name of DATABASE_URL',
    });
  if (rightMissing.test(code))
    return new UnavailableError('database', { cause, reason: 'its user lacks a right that this needs' });
  if (unavailable.test(code) || lostConnection.test(cause.message))
    return new UnavailableError('database', { cause });
  if (constraint.test(code)) {
    const sql = error instanceof QueryFailedError ? error.query : '';
    const { table, fields, isUnique } = brokenConstraint(cause, dataSource, sql);
    const details = { cause, ...(fields && { constraint: `${table}.${fields}` }) };
    if (isUnique || unique.test(code)) return new AlreadyExistsError(table, details);
    return isForeignKey(cause) && /^\s*DELETE\b/i.test(sql)
      ? new StillReferencedError(table, details)
      : new IntegrityError(table, details);
  }
  // QueryFailedError copies the driver's fields and adds the statement's parameters.
  return Object.assign(error, { parameters: undefined, detail: undefined, where: undefined });
}

/** Whether the server refuses the login, which waiting does not change. */
export function isLoginRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', message }: DriverError = error;
  return loginRefused.test(code) || (code === '08P01' && poolerRefusal.test(message));
}

/**
 * Whether the connection that raised the error is unusable. This includes one that refuses writes: after a failover it
 * leads to the former primary for as long as it is kept.
 * @param mode of the query runner, which may be read-only
 */
export function isLostConnection(error: unknown, mode: ReplicationMode = 'slave'): error is Error {
  if (!(error instanceof Error)) return false;
  const cause: DriverError = error instanceof QueryFailedError ? (error.driverError as DriverError) : error;
  if (mode === 'master' && cause.code === readOnlySession) return true;
  return lostCode.test(cause.code ?? '') || lostConnection.test(cause.message);
}

/** Whether the database asks for a retry of the same work. */
export function isSerializationFailure(error: unknown): boolean {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (serializationFailure.test(String((link as DriverError).code))) return true;
  }
  return false;
}
