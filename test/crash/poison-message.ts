import { setTimeout as pause } from 'node:timers/promises';
import { hasten } from './calm.js';
import { openDatabase } from './database-reading.js';
import { placeOf } from './fleet.js';
import type { Scene } from './scene.js';

/** More crashes than any message may cause. */
const maxLives = 30;
const maxLifeMs = 60_000;
const dead = `SELECT id FROM outbox_message WHERE state = 'dead' AND payload LIKE '%"poison%'`;

/**
 * Lets one message kill each process that tries to deliver it, together with some harmless ones.
 * @param lives how often; by default until it is given up
 */
export async function killByPoison(scene: Scene, lives = maxLives): Promise<void> {
  const { clients, givenUp, settings } = scene;
  const database = await openDatabase(settings.databaseUrl);
  const creating = Promise.all(['poison', 'innocent', 'innocent'].map((prefix) => clients.createOne(prefix)));
  try {
    for (let life = 0; life < lives && !givenUp.size; life++) {
      const process = scene.load();
      await process.begin({ kind: 'poisoned' });
      for (const end = Date.now() + maxLifeMs; Date.now() < end && process.isRunning; await pause(50)) {
        // Its delays grow with each crash, up to minutes.
        await hasten(database);
        const [isDead] = await database.query(dead);
        if (isDead) break;
      }
      const isGivenUp = (await database.query(dead)).length > 0;
      if (isGivenUp)
        for (const email of clients.acknowledged) if (email.startsWith('poison')) givenUp.add(email);
      await process.kill();
      const where = isGivenUp ? 'outside' : placeOf({ kind: 'poisoned' });
      scene.note({ sender: process.sender, where, killedAt: process.killedAt ?? Date.now() });
    }
  } finally {
    await database.close();
    await creating;
  }
}
