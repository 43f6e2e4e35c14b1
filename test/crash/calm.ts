import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from './database-reading.js';

/** Milliseconds; for a machine that is busy with other work, alone it takes a few seconds. */
const longestCalm = 240_000;

/** Waits until nothing is left to deliver. Long delays of messages that failed often are cut short, as by an operator. */
export async function calm(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    await database.query(`UPDATE outbox_message SET available_at = 0 WHERE state = 'pending'`);
    for (const end = Date.now() + longestCalm; Date.now() < end; await pause(100)) {
      const left = await database.query(
        `SELECT id FROM outbox_message WHERE state IN ('pending', 'leased') LIMIT 1`,
      );
      if (left.length === 0) return;
    }
  } finally {
    await database.close();
  }
}
