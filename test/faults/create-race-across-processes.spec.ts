/**
 * The same account created at the same time in several processes, over and over. RACE_ROUNDS sets how often (500 for a
 * release).
 * Real: three programs as processes of their own, the databases, Argon2id (with little memory). Fake: the notification
 * service is out of reach.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { databaseKinds } from '../support/databases.js';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { useDatabase } from '../support/use-database.js';

const rounds = Number(process.env['RACE_ROUNDS'] ?? 150);
const processes = 3;
const roundsAtOnce = 4;

describe.each(databaseKinds)('concurrent creates in several processes on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let cwd: string;
  let programs: RunningProgram[];

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'accounts-race-'));
    programs = Array.from({ length: processes }, () =>
      startProgram({
        cwd,
        variables: {
          DATABASE_URL: database.url,
          PORT: '0',
          NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
          PASSWORD_MEMORY_KIB: '64',
          PASSWORD_MAX_WAIT_MS: '60000',
          LOG_FORMAT: 'json',
          RATE_LIMIT_PER_MINUTE: '0',
        },
      }),
    );
  });
  afterEach(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await Promise.all(programs.map(({ ended }) => ended));
    await rm(cwd, { recursive: true });
  });

  it(`ends in one account and one message, all of ${rounds} times, and every answer is 200`, async () => {
    const urls = await Promise.all(programs.map(async (each) => (await each.said(/API (http:\S+?)\/"/))[1]));
    const statuses: number[] = [];
    const race = async (round: number) => {
      const body = JSON.stringify({
        name: 'J',
        surname: 'D',
        email: `j${round}@example.com`,
        password: '123456',
      });
      const headers = { 'Content-Type': 'application/json' };
      // Twice in each process, because there are races within one too.
      await Promise.all(
        [...urls, ...urls].map(async (url) => {
          const response = await fetch(`${url}/user/`, { method: 'POST', headers, body });
          await response.text();
          statuses.push(response.status);
        }),
      );
    };
    for (let round = 0; round < rounds; round += roundsAtOnce)
      await Promise.all(
        Array.from({ length: Math.min(roundsAtOnce, rounds - round) }, (_, nth) => race(round + nth)),
      );

    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(statuses).toHaveLength(rounds * processes * 2);
    const dataSource = await database.connect([]);
    const [wrong] = await dataSource.query<{ users: string; emails: string; messages: string }[]>(`
      SELECT (SELECT count(*) FROM "user") AS users, (SELECT count(DISTINCT email) FROM "user") AS emails,
        (SELECT count(*) FROM outbox_message) AS messages`);
    expect(Object.values(wrong ?? {}).map(Number)).toEqual([rounds, rounds, rounds]);
  }, 300_000);
});
