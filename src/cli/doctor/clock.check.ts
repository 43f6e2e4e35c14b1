import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { duration } from './duration.js';
import type { Finding } from './finding.js';

const warningMs = 1_000;
/** Leases last 30 s: with clocks half of one apart, two processes may take each other's messages. */
const failureMs = 15_000;

/** The clock of PostgreSQL's machine compared with ours. */
export const checkServerClock = (dataSource: DataSource): Promise<Finding> =>
  compare("the database server's", async () => {
    const [row] = await dataSource.query<{ now: string }[]>(
      `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now`,
    );
    return Number(row?.now);
  });

/** The clock that dates the files beside the database compared with ours: a network disk has its own. */
export const checkFileClock = (folder: string): Promise<Finding> =>
  compare("the file system's", async () => {
    const place = await mkdtemp(join(folder, '.doctor-'));
    try {
      const file = join(place, 'clock');
      await writeFile(file, '');
      return (await stat(file)).mtimeMs;
    } finally {
      await rm(place, { recursive: true });
    }
  });

async function compare(whose: string, read: () => Promise<number>): Promise<Finding> {
  const before = Date.now();
  const theirs = await read();
  const after = Date.now();
  // The time may have been read at any moment of the request: only the distance outside it counts.
  const apart = Math.round(Math.max(0, before - theirs, theirs - after));
  const found = `${duration(apart)} apart from ${whose}`;
  if (apart <= warningMs) return { check: 'clock', status: 'ok', found };
  return {
    check: 'clock',
    status: apart > failureMs ? 'failure' : 'warning',
    found,
    remedy: 'Synchronize the clocks of both machines with NTP (timedatectl set-ntp true)',
  };
}
