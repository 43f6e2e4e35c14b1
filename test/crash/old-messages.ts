import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from './database-reading.js';
import type { Scene } from './scene.js';

const maxWaitMs = 60_000;
/** Deletes delivered messages as soon as possible. */
const start = { variables: { OUTBOX_RETENTION_MS: '0' } };

/** Lets a process die while it deletes the delivered messages, and another one do it. */
export async function purgeOldMessages(scene: Scene): Promise<void> {
  await scene.withFleet(
    1,
    async (fleet) => {
      await fleet.endAll([{ kind: 'purge' }]);
      await fleet.run();
      await untilPurged(scene.settings.databaseUrl);
      await fleet.stop();
    },
    start,
  );
}

async function untilPurged(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    for (const end = Date.now() + maxWaitMs; Date.now() < end; await pause(50)) {
      const old = await database.query(`SELECT id FROM outbox_message WHERE state = 'done' LIMIT 1`);
      if (!old.length) return;
    }
  } finally {
    await database.close();
  }
}
