import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, type DatabaseKind, databaseKinds } from '../support/databases.js';
import { audit } from './audit.js';
import { runCrashes } from './crash-run.js';
import { isViolation } from './stat.js';
import { table } from './table.js';

const usage =
  'Usage: npm run test:crash -- [--kills 300] [--database sqlite|postgres|both] [--processes N] [--seed N]';
/** Processes at once; the embedded database serves one, as it does by default. */
const processesOn: Record<DatabaseKind, number> = { sqlite: 1, postgres: 3 };

/** `npm run test:crash`. @returns the exit code: 0 when nothing is wrong, 1 on a fault, 2 on a wrong option */
export async function crash(args: string[]): Promise<number> {
  const options = read(args);
  if (typeof options === 'string') {
    console.error(`${options}\n${usage}`);
    return 2;
  }
  let faults = 0;
  for (const kind of options.databases) {
    const { kills, seed, processes = processesOn[kind] } = options;
    console.log(`\n${kind}: ${kills} kills, ${processes} at once, seed ${seed}`);
    const began = Date.now();
    const stats = await withDatabase(kind, (databaseUrl, folder) =>
      runCrashes({
        kills,
        seed,
        processes,
        databaseUrl,
        folder,
        program: join(import.meta.dirname, 'crashing-program.js'),
        progress: (deaths) => {
          if (deaths % 50 === 0) console.error(`${kind}: ${deaths} processes killed`);
        },
      }).then(audit),
    );
    console.log(table(stats));
    faults += stats.filter(isViolation).length;
    console.log(`${kind}: ${Math.round((Date.now() - began) / 1_000)} s, ${faults} faults`);
  }
  return faults ? 1 : 0;
}

async function withDatabase<Result>(
  kind: DatabaseKind,
  work: (url: string, folder: string) => Promise<Result>,
): Promise<Result> {
  const database = await createDatabase(kind);
  const folder = await mkdtemp(join(tmpdir(), 'accounts-crash-'));
  try {
    return await work(database.url, folder);
  } finally {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

function read(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        kills: { type: 'string', default: '300' },
        database: { type: 'string', default: 'both' },
        processes: { type: 'string' },
        seed: { type: 'string', default: String(randomInt(1_000_000)) },
      },
    });
    const { database, processes } = values;
    const databases = databaseKinds.filter((kind) => database === kind || database === 'both');
    if (!databases.length) throw new Error('--database must be sqlite, postgres or both');
    return {
      databases,
      kills: whole('--kills', values.kills, 10_000),
      seed: whole('--seed', values.seed, 2 ** 31),
      ...(processes !== undefined && { processes: whole('--processes', processes, 16) }),
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function whole(name: string, text: string, most: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1 || Number(text) > most)
    throw new Error(`${name} must be a whole number from 1 to ${most}`);
  return Number(text);
}
