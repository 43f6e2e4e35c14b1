import { DatabaseStartError } from '../database-start.error.js';

/** The file cannot serve as the database. One line, without a cause. */
export class DatabaseFileError extends DatabaseStartError {
  constructor(file: string, reason: Error) {
    const what = reason.message.replace(/\s*\n\s*/g, ' ');
    super(`The database file ${file} ${isDamage(reason) ? damaged(what) : unusable(what)}`);
  }
}

const damaged = (what: string) =>
  `is damaged, or no SQLite database at all (${what}). It was left as it is: restore it from a backup, or name ` +
  'another file in DATABASE_URL';

const unusable = (what: string) =>
  `cannot be opened (${what}). Give this user the right to write to it and to its folder, free space on its disk, or ` +
  'name another file in DATABASE_URL';

/** Result codes: https://sqlite.org/rescode.html */
export const isDamage = (error: Error) =>
  'code' in error && /^SQLITE_(NOTADB|CORRUPT)$/.test(String(error.code));
