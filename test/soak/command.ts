import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isViolation } from '../crash/stat.js';
import { table } from '../crash/table.js';
import type { RestartablePostgres } from '../support/postgres-server.js';
import { audit } from './audit.js';
import { Installation } from './installation.js';

const usage = 'Usage: npm run soak -- [--minutes 10] [--seed N]';
const minuteMs = 60_000;

/** `npm run soak`. @returns the exit code: 0 when nothing is wrong, 1 on a fault, 2 on a wrong option */
export async function soak(args: string[], postgres: RestartablePostgres): Promise<number> {
  const options = read(args);
  if (typeof options === 'string') {
    console.error(`${options}\n${usage}`);
    return 2;
  }
  const { minutes, seed } = options;
  console.log(`${minutes} minutes, seed ${seed}`);
  const installation = await Installation.start(postgres, seed);
  try {
    const stats = audit(await installation.run(minutes * minuteMs));
    console.log(table(stats));
    const faults = stats.filter(isViolation).length;
    console.log(`${faults} faults`);
    if (faults) console.error(installation.lastOutput);
    return faults ? 1 : 0;
  } finally {
    await installation.remove();
  }
}

function read(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(randomInt(1_000_000)) },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!(minutes > 0 && minutes <= 60 * 24)) throw new Error('--minutes must be above 0, and at most 1440');
    if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number');
    return { minutes, seed };
  } catch (error) {
    return (error as Error).message;
  }
}
