import { statSync } from 'node:fs';
import { DatabaseStartError } from '../database-start.error.js';

/** The file cannot serve as the database. One line, without a cause. */
export class DatabaseFileError extends DatabaseStartError {
  constructor(file: string, reason: Error) {
    const what = reason.message.replace(/\s*\n\s*/g, ' ');
    super(`The database file ${file} ${isDamage(reason) ? damaged(what) : unusable(what)}`);
  }
}

const damaged = (what: string) =>
  `is damaged or not a SQLite database (${what}). It was not changed: restore it from a backup, or name ` +
  'another file in DATABASE_URL';

const unusable = (what: string) =>
  `cannot be opened (${what}). Give this user the right to write to it and to its folder, free space on its disk, or ` +
  'name another file in DATABASE_URL';

/** Result codes: https://sqlite.org/rescode.html */
export const isDamage = (error: Error) =>
  'code' in error && /^SQLITE_(NOTADB|CORRUPT)$/.test(String(error.code));

/** The log of a database exists without the database. */
class OrphanedLogError extends DatabaseStartError {
  constructor(file: string) {
    super(
      `There is ${file}-wal, but no database ${file}: it was moved or deleted. Put it back, restore a backup ` +
        `(npm run restore), or delete ${file}-wal to begin without any accounts`,
    );
  }
}

/**
 * SQLite deletes the log of an empty file, and the commits in it.
 * @throws DatabaseStartError when there is a log without its database
 */
export function refuseOrphanedLog(file: string): void {
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeOf(file) === 0 && sizeOf(`${file}-wal`) > 0) throw new OrphanedLogError(file);
}
