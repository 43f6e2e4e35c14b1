import { statSync } from 'node:fs';

/** The database and what SQLite keeps beside it while it is open. */
const suffixes = ['', '-wal', '-shm'];

/** What was opened is no longer what the path names: whatever is written now would be lost with the process. */
export class DatabaseFileMovedError extends Error {
  override readonly name = 'DatabaseFileMovedError';
  /** SQLite's own code for it, which it does not raise in WAL mode. (https://sqlite.org/rescode.html#readonly_dbmoved) */
  readonly code = 'SQLITE_READONLY_DBMOVED';

  constructor(path: string, what: 'is gone' | 'is another file now') {
    super(
      `${path} ${what}: it was moved, deleted or replaced while this process has it open. Put the file back, or stop this ` +
        'process and restore a backup',
    );
  }
}

/**
 * The files that this process has open, told from others that later go by the same names. SQLite does not notice: it goes
 * on writing to a file that has no name any more.
 */
export class OpenedFiles {
  /** Device and inode by path, as first seen. */
  readonly #seen = new Map<string, string>();

  constructor(private readonly file: string) {}

  /** Three calls of the system, some microseconds. @throws DatabaseFileMovedError */
  refuseMoved(): void {
    for (const suffix of suffixes) {
      const path = this.file + suffix;
      const found = identityOf(path);
      const seen = this.#seen.get(path);
      if (seen === undefined && found !== undefined) this.#seen.set(path, found);
      if (seen !== undefined && seen !== found)
        throw new DatabaseFileMovedError(path, found === undefined ? 'is gone' : 'is another file now');
    }
  }
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
