import { createReadStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { SqliteDriver } from './sqlite/sqlite.driver.js';

const maxWaitMs = 2_000;
const retryDelayMs = 20;
const chunkBytes = 2 ** 20;

/**
 * Removes from the files of the database what was deleted from its tables. SQLite overwrites rows that it deletes
 * (`secure_delete`), but not the copies that a split page leaves behind, and its write-ahead log has the pages as they were.
 * Where one of the texts is still in the file, the file is rewritten.
 */
export async function scrubFiles({ driver }: DataSource, texts: readonly string[]): Promise<void> {
  if (!(driver instanceof SqliteDriver)) return;
  await emptyLog(driver);
  if (!(await contains(driver.file, texts))) return;
  await driver.rewriteFile();
  await emptyLog(driver);
}

/** Where readers hold it up for longer, it is emptied as soon as they allow. */
async function emptyLog(driver: SqliteDriver): Promise<void> {
  for (const end = performance.now() + maxWaitMs; performance.now() < end; await pause(retryDelayMs))
    if (await driver.emptyLog()) return;
}

async function contains(file: string, texts: readonly string[]): Promise<boolean> {
  const wanted = texts.map((text) => Buffer.from(text));
  const overlap = Math.max(0, ...wanted.map(({ length }) => length - 1));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    if (wanted.some((text) => bytes.includes(text))) return true;
    rest = bytes.subarray(Math.max(0, bytes.length - overlap));
  }
  return false;
}
