/**
 * Timestamps between processes and servers in different zones, at the changes of daylight saving time.
 * Real: the databases, processes with a TZ of their own, servers with a TimeZone of their own. Fake: nothing.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
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

const servers = [
  { name: 'SQLite', kind: 'sqlite', zone: undefined },
  { name: 'a PostgreSQL in UTC', kind: 'postgres', zone: 'UTC' },
  { name: 'a PostgreSQL in Kolkata', kind: 'postgres', zone: 'Asia/Kolkata' },
  { name: 'a PostgreSQL in New York', kind: 'postgres', zone: 'America/New_York' },
] as const;
const processes = [
  { zone: 'America/New_York', verb: 'write' },
  { zone: 'UTC', verb: 'read' },
  { zone: 'Pacific/Apia', verb: 'read' },
  { zone: 'Europe/Berlin', verb: 'read' },
] as const;
const databases: TestDatabase[] = [];
/** By process, what it has seen of each database. */
const seen: Seen[][] = [];

beforeAll(async () => {
  for (const { kind, zone } of servers) {
    const database = await createDatabase(kind);
    databases.push(database);
    if (zone) await setServerZone(database.url, zone);
  }
  for (const { zone, verb } of processes) {
    const args = [JSON.stringify(databases.map(({ url }) => url)), JSON.stringify(moments)];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [programPath('test/support/zone-program.js'), verb, ...args],
      { env: { PATH: process.env['PATH'], TZ: zone } },
    );
    seen.push(JSON.parse(stdout) as Seen[]);
  }
});
afterAll(async () => {
  for (const database of databases) await database.destroy();
});

describe.each(servers.map(({ name }, index) => ({ name, index })))('On $name', ({ index: server }) => {
  it.each(processes.map(({ zone }, index) => ({ zone, index })))(
    'moments, days and times are what they were to a process in $zone',
    ({ index }) => {
      const { records, byTypeOrm, ids, oldestSeconds } = seen[index]![server]!;
      const all = [...expected('r'), ...expected('t')].toSorted(byId);
      expect(records).toEqual(all);
      expect(byTypeOrm.toSorted(byId)).toEqual(all);
      expect(ids).toEqual(moments.map((_, moment) => [`r${moment}`, `t${moment}`]));
      expect(oldestSeconds).toBeLessThan(600);
    },
  );
});

async function setServerZone(url: string, zone: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone TO '${zone}'`);
  await client.end();
}
