import { statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';

const moved =
  'it was moved, deleted or replaced while this process has it open. Put the file back, or stop this process and restore a ' +
  'backup';
const changes = {
  gone: `is gone: ${moved}`,
  other: `is another file now: ${moved}`,
  overwritten:
    'was overwritten by another program while this process has it open. Stop this process, and restore a backup',
};

/** The opened file is no longer the one that the path names: further writes would be lost with the process. */
export class DatabaseFileMovedError extends Error {
  override readonly name = 'DatabaseFileMovedError';
  /** SQLite's own code for it, which it does not raise in WAL mode. (https://sqlite.org/rescode.html#readonly_dbmoved) */
  readonly code = 'SQLITE_READONLY_DBMOVED';

  constructor(path: string, change: keyof typeof changes) {
    super(`${path} ${changes[change]}`);
  }
}

/** The database while its log is empty. */
interface IdleState {
  readonly logChangedAtNs: bigint;
  readonly fileChangedAtNs: bigint;
  readonly fileBytes: bigint;
}

/**
 * Detects that the files which this process has open were replaced or overwritten. SQLite does not notice: it keeps writing
 * to a file that no longer has a name, and mixes cached pages with foreign ones.
 * Nothing here opens the files, because closing them would drop SQLite's locks (https://sqlite.org/howtocorrupt.html 2.2).
 */
export class OpenedFiles {
  /** Device and inode by path, as first seen. */
  readonly #seen = new Map<string, string>();
  #idleState: IdleState | undefined;
  #isOverwritten = false;

  constructor(private readonly file: string) {}

  /** Three system calls, some microseconds. @throws DatabaseFileMovedError */
  refuseMoved(): void {
    const log = this.#refuseOther(`${this.file}-wal`);
    this.#refuseOther(`${this.file}-shm`);
    const file = this.#refuseOther(this.file);
    this.#isOverwritten ||= this.#hasChangedWhileIdle(log, file);
    if (this.#isOverwritten) throw new DatabaseFileMovedError(this.file, 'overwritten');
  }

  #refuseOther(path: string): BigIntStats | undefined {
    const stats = statsOf(path);
    const found = stats && `${stats.dev}:${stats.ino}`;
    const seen = this.#seen.get(path);
    if (seen === undefined && found !== undefined) this.#seen.set(path, found);
    if (seen !== undefined && seen !== found)
      throw new DatabaseFileMovedError(path, found === undefined ? 'gone' : 'other');
    return stats;
  }

  /** SQLite writes to the file only what was in the log. While the log is empty and untouched, so is the file. */
  #hasChangedWhileIdle(log?: BigIntStats, file?: BigIntStats): boolean {
    const before = this.#idleState;
    this.#idleState =
      log?.size === 0n && file
        ? { logChangedAtNs: log.mtimeNs, fileChangedAtNs: file.mtimeNs, fileBytes: file.size }
        : undefined;
    const now = this.#idleState;
    if (!before || !now || before.logChangedAtNs !== now.logChangedAtNs) return false;
    const isSame = before.fileChangedAtNs === now.fileChangedAtNs && before.fileBytes === now.fileBytes;
    // A commit may have been checkpointed into the file since the log was read.
    return !isSame && statsOf(`${this.file}-wal`)?.mtimeNs === now.logChangedAtNs;
  }
}

const statsOf = (path: string) => statSync(path, { bigint: true, throwIfNoEntry: false });
