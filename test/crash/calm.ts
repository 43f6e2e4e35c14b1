import { setTimeout as pause } from 'node:timers/promises';
import { type DatabaseReading, openDatabase } from './database-reading.js';

/** Generous for a busy machine; an idle one takes a few seconds. */
const maxCalmMs = 240_000;

/** Waits until nothing is left to deliver, and skips the long delays of messages that failed often. */
export async function calm(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    for (const end = Date.now() + maxCalmMs; Date.now() < end; await pause(200)) {
      await hasten(database);
      const left = await database.query(
        `SELECT id FROM outbox_message WHERE state IN ('pending', 'leased') LIMIT 1`,
      );
      if (left.length === 0) return;
    }
  } finally {
    await database.close();
  }
}

/** Makes the waiting messages due, as an operator can. */
export async function hasten(database: DatabaseReading): Promise<void> {
  await database.query(
    `UPDATE outbox_message SET available_at = 1 WHERE state = 'pending' AND available_at > 1`,
  );
}
