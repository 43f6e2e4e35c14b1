/**
 * Timestamps between processes and servers in different zones, at the changes of daylight saving time.
 * Real: the databases, processes with a TZ of their own, servers with a TimeZone of their own. Fake: nothing.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase } from '../support/databases.js';
import { programPath } from '../support/program.js';
import type { Seen } from '../support/zone-program.js';

/** Before and after an hour that New York or Berlin skips or repeats. */
const moments = [
  ...['2024-03-10T06:59:59.999Z', '2024-03-10T07:00:00.000Z', '2024-03-10T07:30:00.000Z'],
  ...['2024-11-03T05:30:00.001Z', '2024-11-03T06:30:00.001Z', '2024-03-31T01:30:00.000Z'],
  ...['2024-10-27T00:30:00.500Z', '2024-10-27T01:30:00.500Z', '1969-12-31T23:59:59.999Z'],
  ...['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '1883-11-18T17:03:57.000Z'],
];
const expected = (prefix: string) =>
  moments.map((at, index) => ({
    id: `${prefix}${index}`,
    at,
    moment: at,
    day: '2024-03-10',
    hour: '02:30:00',
  }));
const byId = (one: { id: string }, other: { id: string }) =>
  Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));

describe.each([
  ['sqlite', undefined],
  ['postgres', 'UTC'],
  ['postgres', 'Asia/Kolkata'],
  ['postgres', 'America/New_York'],
] as const)('On %s in the zone %s', (kind, serverZone) => {
  it('timestamps, dates and times are the same for processes in any zone', async () => {
    const database = await createDatabase(kind);
    const run = async (zone: string, verb: string): Promise<Seen> => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [programPath('test/support/zone-program.js'), verb, JSON.stringify(moments)],
        { env: { PATH: process.env['PATH'], TZ: zone, DATABASE_URL: database.url } },
      );
      return JSON.parse(stdout) as Seen;
    };
    try {
      if (serverZone) await setServerZone(database.url, serverZone);
      for (const [zone, verb] of [
        ['America/New_York', 'write'],
        ['UTC', 'read'],
        ['Pacific/Apia', 'read'],
        ['Europe/Berlin', 'read'],
      ] as const) {
        const seen = await run(zone, verb);
        const all = [...expected('r'), ...expected('t')].toSorted(byId);
        expect(seen.records).toEqual(all);
        expect(seen.byTypeOrm.toSorted(byId)).toEqual(all);
        expect(seen.ids).toEqual(moments.map((_, index) => [`r${index}`, `t${index}`]));
        expect(seen.oldestSeconds).toBeLessThan(600);
      }
    } finally {
      await database.destroy();
    }
  });
});

async function setServerZone(url: string, zone: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone TO '${zone}'`);
  await client.end();
}
