import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from './database-reading.js';
import type { Scene } from './scene.js';

const letters = 5;
const maxWaitMs = 60_000;
const start = { command: ['src/cli/outbox.js', 'retry', '--all-dead'] };

/**
 * Lets some messages be rejected, so that they are dead, and the operator's command die while it retries them. Needs a
 * running process.
 */
export async function requeueDeadLetters(scene: Scene): Promise<void> {
  for (let number = 0; number < letters; number++) await scene.clients.createOne('refused');
  await untilDead(scene.settings.databaseUrl);
  await scene.withFleet(1, (command) => command.endAll([{ kind: 'requeue', when: 'before' }]), start);
  scene.service.refusing = false;
  await scene.withFleet(1, (command) => command.endAll([{ kind: 'requeue', when: 'after' }]), start);
}

async function untilDead(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    for (const end = Date.now() + maxWaitMs; Date.now() < end; await pause(50)) {
      const dead = await database.query(
        `SELECT id FROM outbox_message WHERE state = 'dead' AND payload LIKE '%"refused%'`,
      );
      if (dead.length === letters) return;
    }
  } finally {
    await database.close();
  }
}
