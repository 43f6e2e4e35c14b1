import { ReadTimeoutError } from '../../database/bounded-read.js';

/** The meaning of the error codes of SQLite and PostgreSQL, in words that reveal nothing about the internals. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^(55P03|SQLITE_(BUSY|LOCKED))$/, 'the database is locked'],
  [/^57014$/, 'the database responds too slowly'],
  [/^57P0[1-3]$/, 'the database does not respond: it is starting or stopping'],
  [/^28...$/, 'the database refuses the login'],
  [/^53300$/, 'the database accepts no more connections'],
  [/^SQLITE_READONLY_DBMOVED$/, 'the file of the database was moved, deleted or replaced'],
  [/^(SQLITE_(CORRUPT|NOTADB)|XX00[12])$/, 'the database is damaged'],
];

/** Why a database could not be read. The driver's message may contain hosts and users, so it is not repeated. */
export function unavailabilityOf(error: unknown): string {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link instanceof ReadTimeoutError) return timedOut;
    const { code = '' } = link as NodeJS.ErrnoException;
    const reason = reasons.find(([pattern]) => pattern.test(code))?.[1];
    if (reason) return reason;
  }
  return 'the database does not respond';
}

export const timedOut = 'the database does not respond in time';
