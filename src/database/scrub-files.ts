import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { SqliteDriver } from './sqlite/sqlite.driver.js';

const maxWaitMs = 2_000;
const retryDelayMs = 20;

/**
 * Removes what was deleted from the files of the database. SQLite has overwritten it in the file (`secure_delete`), but its
 * write-ahead log has the pages as they were; where readers hold it up, it is emptied as soon as they allow.
 */
export async function scrubFiles({ driver }: DataSource): Promise<void> {
  if (!(driver instanceof SqliteDriver)) return;
  for (const end = performance.now() + maxWaitMs; performance.now() < end; await pause(retryDelayMs))
    if (await driver.emptyLog()) return;
}
