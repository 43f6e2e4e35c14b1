import { setTimeout as pause } from 'node:timers/promises';
import { calm } from './calm.js';
import { Chance } from './chance.js';
import { Clients } from './clients.js';
import { crashPoints, stallPoints } from './crash-order.js';
import { openDatabase } from './database-reading.js';
import type { Evidence } from './evidence.js';
import { type Ending, Fleet } from './fleet.js';
import { quickSettings } from './quick-settings.js';
import { UnreliableService } from './unreliable-service.js';

export interface CrashRun {
  /** How many processes die. */
  readonly kills: number;
  /** For DATABASE_URL: an empty database of its own. */
  readonly databaseUrl: string;
  /** Processes on the database at once. */
  readonly processes: number;
  /** The compiled crashing-program.js. */
  readonly program: string;
  /** An empty folder for the processes to work in. */
  readonly folder: string;
  readonly seed: number;
}

/** Milliseconds: a short send timeout, so that leases of three times as long run out soon. */
const sendTimeout = 500;
const lease = 3 * sendTimeout;

/**
 * Lets processes die under load against a service that fails, then gives them peace, and brings back everything that
 * an audit needs.
 */
export async function runCrashes(run: CrashRun): Promise<Evidence> {
  const chance = new Chance(run.seed);
  const service = await UnreliableService.start(chance, sendTimeout);
  const variables = quickSettings({ databaseUrl: run.databaseUrl, serviceUrl: service.url, sendTimeout });
  const fleet = new Fleet(
    { program: run.program, folder: run.folder, variables },
    run.processes,
    lease,
    chance,
  );
  try {
    const clients = new Clients(chance, () => fleet.urls);
    await underLoad(clients, service, chance, () => fleet.endAll(endings(run.kills, chance)));
    service.healthy = true;
    await fleet.run();
    await calm(run.databaseUrl);
    const notStoppedWell = await fleet.stop();
    const database = await openDatabase(run.databaseUrl);
    const tables = await database.readTables().finally(() => database.close());
    return {
      tables,
      received: service.received,
      acknowledged: clients.acknowledged,
      answers: clients.answers,
      deaths: fleet.deaths,
      reports: fleet.processes.flatMap(({ sender, reports }) => reports.map((one) => ({ ...one, sender }))),
      places: named.map(placeOf).slice(0, run.kills),
      notStoppedWell,
    };
  } finally {
    await fleet.destroy();
    await service.stop();
  }
}

type NamedEnding = Extract<Ending, { kind: 'kill' | 'stall' }>;

const named: readonly NamedEnding[] = [
  ...crashPoints.map((point) => ({ kind: 'kill', point, nth: 1 }) as const),
  ...stallPoints.map((point) => ({ kind: 'stall', point, nth: 1 }) as const),
];

const placeOf = ({ kind, point }: NamedEnding) => (kind === 'stall' ? `stalled ${point}` : point);

/** Each named point once; then as many again, at a later passing, as there are kills at random moments. */
function endings(kills: number, chance: Chance): Ending[] {
  return Array.from({ length: kills }, (_, index) => {
    const first = named[index];
    if (first) return first;
    if (index % 2) return { kind: 'outside', after: chance.upTo(1_500) };
    // A stalled process costs a lease of waiting: one in ten is enough.
    const again = chance.upTo(1) < 0.1 ? named.slice(crashPoints.length) : named.slice(0, crashPoints.length);
    return { ...again[chance.whole(0, again.length - 1)]!, nth: chance.whole(1, 6) };
  });
}

/** Clients create accounts, and the service is away now and then, for as long as the work takes. */
async function underLoad(
  clients: Clients,
  service: UnreliableService,
  chance: Chance,
  work: () => Promise<void>,
): Promise<void> {
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
