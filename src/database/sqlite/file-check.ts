import { stat } from 'node:fs/promises';
import sqlite3 from 'sqlite3';
import { isDamage } from './database-file.error.js';
import type { SqliteConnection } from './sqlite-connection.js';

/**
 * Milliseconds that a start may spend on the check: enough for a file of some hundred MB. A larger one is checked in
 * part, because a start must not take minutes; other damage is found when it is read.
 */
const maxCheckMs = 2_000;

/**
 * Checks a database file for damage before anything is written to it.
 * @throws Error with SQLite's code when it is damaged
 */
export async function checkFile(file: string): Promise<void> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size === 0) return;
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const timer = setTimeout(() => database.interrupt(), maxCheckMs);
  try {
    await quickCheck(database);
  } finally {
    clearTimeout(timer);
    await new Promise((resolve) => database.close(resolve));
  }
}

/** https://sqlite.org/pragma.html#pragma_quick_check, up to the first error */
const quickCheck = (database: sqlite3.Database) =>
  new Promise<void>((resolve, reject) => {
    database.get<{ quick_check: string }>('PRAGMA quick_check(1)', (error, row) => {
      const damage = row?.quick_check === 'ok' ? undefined : row?.quick_check;
      if (damage !== undefined) reject(Object.assign(new Error(damage), { code: 'SQLITE_CORRUPT' }));
      else if (error && isDamage(error)) reject(error);
      // Interrupted, or locked by another process: no damage was found.
      else resolve();
    });
  });

/** SQLite opens an unwritable file read-only, and reports this at the first write. */
export async function refuseReadOnly(writer: SqliteConnection): Promise<void> {
  try {
    await writer.write('BEGIN IMMEDIATE');
    await writer.write('ROLLBACK');
  } catch (error) {
    // Another process may be writing.
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') {
      await writer.close();
      throw error;
    }
  }
}
