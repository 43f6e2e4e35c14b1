import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import sqlite3 from 'sqlite3';

/**
 * `existing` writes to a file that must exist, and keeps its journal mode; `immutable` reads a file that no process
 * writes: it takes no lock, and creates no file beside it.
 */
export type SqliteAccess = 'read-write' | 'existing' | 'read-only' | 'immutable';

const openFlags: Record<SqliteAccess, number> = {
  'read-write': sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE | sqlite3.OPEN_FULLMUTEX,
  existing: sqlite3.OPEN_READWRITE | sqlite3.OPEN_FULLMUTEX,
  'read-only': sqlite3.OPEN_READONLY | sqlite3.OPEN_FULLMUTEX,
  immutable: sqlite3.OPEN_READONLY | sqlite3.OPEN_FULLMUTEX | sqlite3.OPEN_URI,
};
/** How long a statement waits for the lock of another process. */
export const busyTimeoutMs = 5_000;
const walRetryDelayMs = 10;

/**
 * Opens the file with WAL and full synchronization: an acknowledged commit survives a power cut. (WAL measured 2 to 3
 * times faster than a rollback journal; NORMAL could lose a commit whose mail has been sent.)
 */
export async function openDatabase(file: string, access: SqliteAccess): Promise<sqlite3.Database> {
  const name = access === 'immutable' ? `${pathToFileURL(file).href}?immutable=1` : file;
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(name, openFlags[access], (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  // One statement at a time: a Promise.all in a unit must not occupy all four threads of libuv.
  database.serialize();
  database.configure('busyTimeout', busyTimeoutMs);
  try {
    if (access === 'read-write') await useWriteAheadLog(database);
    await pragma(database, 'synchronous = FULL');
    await pragma(database, 'foreign_keys = ON');
    // What is deleted is overwritten, so that an erased account is not in the file any more.
    await pragma(database, 'secure_delete = ON');
  } catch (error) {
    await closed(database);
    throw error;
  }
  return database;
}

export const closed = (database: sqlite3.Database) =>
  new Promise<void>((resolve, reject) => {
    database.close((error) => (error ? reject(error) : resolve()));
  });

/** SQLite does not wait, whatever the busy timeout, when two connections switch a new file to WAL at the same time. */
async function useWriteAheadLog(database: sqlite3.Database): Promise<void> {
  for (const end = performance.now() + busyTimeoutMs; ; await pause(walRetryDelayMs)) {
    try {
      return await pragma(database, 'journal_mode = WAL');
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() > end) throw error;
    }
  }
}

const pragma = (database: sqlite3.Database, setting: string) =>
  new Promise<void>((resolve, reject) => {
    database.run(`PRAGMA ${setting}`, (error) => (error ? reject(error) : resolve()));
  });
