import { setTimeout as pause } from 'node:timers/promises';
import { calm } from './calm.js';
import type { Chance } from './chance.js';
import { crashPoints, stallPoints } from './crash-order.js';
import { openDatabase } from './database-reading.js';
import { requeueDeadLetters } from './dead-letters.js';
import type { Evidence } from './evidence.js';
import { type Ending, placeOf } from './fleet.js';
import { purgeOldMessages } from './old-messages.js';
import { killByPoison } from './poison-message.js';
import { Scene, type SceneSettings } from './scene.js';

export interface CrashRun extends SceneSettings {
  /** How many processes die under load; a few more die of single messages and commands. */
  readonly kills: number;
  /** How many processes a poison message may kill before it is harmless; by default until it is given up. */
  readonly poisonedLives?: number;
}

/**
 * Lets processes die under load against a failing service, then lets everything be delivered, and returns everything that
 * an audit needs.
 */
export async function runCrashes(run: CrashRun): Promise<Evidence> {
  const scene = await Scene.begin(run);
  const { clients, service, deaths, givenUp } = scene;
  try {
    await scene.withFleet(run.processes, (fleet) =>
      underLoad(scene, () => fleet.endAll(endings(run.kills, scene.chance))),
    );
    service.healthy = true;
    await killByPoison(scene, run.poisonedLives);
    const notStoppedWell = await scene.withFleet(run.processes, async (fleet) => {
      await fleet.run();
      await requeueDeadLetters(scene);
      await calm(run.databaseUrl);
      return fleet.stop();
    });
    const tables = await readTables(run.databaseUrl);
    await purgeOldMessages(scene);
    return {
      tables,
      afterPurge: await readTables(run.databaseUrl),
      received: service.received,
      acknowledged: clients.acknowledged,
      requested: clients.requested,
      givenUp,
      toBeGivenUp: run.poisonedLives ? 0 : 1,
      responses: clients.responses,
      deaths,
      reports: scene.reports,
      places: placesOf(run),
      notStoppedWell,
    };
  } finally {
    await scene.end();
  }
}

async function readTables(url: string) {
  const database = await openDatabase(url);
  return database.readTables().finally(() => database.close());
}

type NamedEnding = Extract<Ending, { kind: 'kill' | 'stall' }>;

const named: readonly NamedEnding[] = [
  ...crashPoints.map((point) => ({ kind: 'kill', point, nth: 1 }) as const),
  ...stallPoints.map((point) => ({ kind: 'stall', point, nth: 1 }) as const),
];

const single: readonly Exclude<Ending, { kind: 'outside' }>[] = [
  { kind: 'poisoned' },
  { kind: 'requeue', when: 'before' },
  { kind: 'requeue', when: 'after' },
  { kind: 'purge' },
];

const placesOf = ({ kills }: CrashRun) => [...named.slice(0, kills), ...single].map(placeOf);

/** Each named point once; then again, at a later passing, once per kill at a random moment. */
function endings(kills: number, chance: Chance): Ending[] {
  return Array.from({ length: kills }, (_, index) => {
    const first = named[index];
    if (first) return first;
    if (index % 2) return { kind: 'outside', after: chance.upTo(1_500) };
    // A suspended process costs the time of a lease: one in ten is enough.
    const again = chance.upTo(1) < 0.1 ? named.slice(crashPoints.length) : named.slice(0, crashPoints.length);
    return { ...again[chance.whole(0, again.length - 1)]!, nth: chance.whole(1, 6) };
  });
}

/** Clients create accounts, and the service is down from time to time, while the work runs. */
async function underLoad({ clients, service, chance }: Scene, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const outages = async () => {
    while (!isOver) {
      await pause(2_000 + chance.upTo(6_000));
      await service.die(chance.upTo(800));
    }
  };
  const load = Promise.all([clients.work(6, 25, () => isOver), outages()]);
  try {
    await work();
  } finally {
    isOver = true;
    await load;
  }
}
