/**
 * Sessions of several processes: deactivations against everything at once, kill -9 at random moments of refreshes, and
 * keys that are rotated under load. `npm run test:sessions` is the long form.
 * Real: three programs as processes of their own, the databases, sockets, jose as another service. Fake: the notification
 * service is out of reach.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { readSettings } from '../../src/config/settings.js';
import { signingKeysOf } from '../../src/modules/session/index.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { ProgramFleet } from '../support/program-fleet.js';
import type { Reply } from '../support/program-fleet.js';

const processes = 3;
const rounds = Number(process.env['SESSION_ROUNDS'] ?? 4);
const kills = Number(process.env['SESSION_KILLS'] ?? 3);
const rotations = Number(process.env['SESSION_ROTATIONS'] ?? 5);
const workers = 20;

const times = <Result>(count: number, work: (nth: number) => Result) =>
  Array.from({ length: count }, (_, nth) => work(nth));

describe.each(databaseKinds)('Sessions of three processes on %s', (kind) => {
  let database: TestDatabase;
  let fleet: ProgramFleet;

  beforeEach(async () => {
    database = await createDatabase(kind);
    fleet = await ProgramFleet.start(database.url, processes);
  });
  afterEach(async () => {
    await fleet.destroy();
    await database.destroy();
  });

  const account = async () => {
    const created = newAccount();
    expect((await fleet.ask('POST', '/user/', { body: created })).status).toBe(200);
    expect((await fleet.ask('POST', '/user/activate/', { body: created })).status).toBe(200);
    return created;
  };
  const signIn = async (body: object) => {
    const reply = await fleet.ask('POST', '/session/', { body });
    expect(reply.status).toBe(200);
    return reply.body as { access_token: string; refresh_token: string };
  };
  const refresh = (token: string) =>
    fleet.ask('POST', '/session/refresh/', { body: { refresh_token: token } });

  it(`accept nothing after a deactivation was answered, in ${rounds} rounds of ${workers} at once`, async () => {
    const accepted: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const john = await account();
      const sessions = await Promise.all(times(3, () => signIn(john)));
      const obtained = [...sessions];
      let isAnswered = false;
      const attempts: readonly ((nth: number) => Promise<Reply>)[] = [
        async (nth) => refresh((obtained.at(-1 - (nth % 3)) ?? sessions[0]!).refresh_token),
        async () => fleet.ask('POST', '/session/', { body: john }),
        async (nth) => fleet.ask('GET', '/user/me/', { token: sessions[nth % 3]!.access_token }),
      ];
      const work = async (nth: number) => {
        for (let last = false; !last;) {
          last = isAnswered;
          const { status, body } = await attempts[nth % 3]!(nth);
          if (status === 200 && last) accepted.push(`${round}: kind ${nth % 3}`);
          if (status === 200 && body['refresh_token']) obtained.push(body as (typeof sessions)[0]);
        }
      };
      const deactivate = async () => {
        await pause(Math.random() * 40);
        const { status } = await fleet.ask('POST', '/user/deactivate/', { body: john });
        expect(status).toBe(200);
        isAnswered = true;
      };
      await Promise.all([...times(workers, work), deactivate()]);
      for (const { access_token: token, refresh_token: next } of obtained) {
        if ((await fleet.ask('GET', '/user/me/', { token })).status !== 401)
          accepted.push(`${round}: a token`);
        if ((await refresh(next)).status !== 401) accepted.push(`${round}: a refresh token`);
      }
    }
    expect(accepted).toEqual([]);
  }, 1_800_000);

  it(`continue after kill -9 at ${kills} random moments of refreshes: no one is locked out`, async () => {
    const clients = await Promise.all(times(8, async () => signIn(await account())));
    let isOver = false;
    const lockedOut: string[] = [];
    let refreshes = 0;
    const work = async ({ refresh_token: first }: { refresh_token: string }) => {
      for (let token = first; !isOver;) {
        const { status, body } = await refresh(token);
        if (status === 200) {
          token = body['refresh_token']!;
          refreshes++;
        } else if (status === 401) return void lockedOut.push(token);
      }
    };
    const killAll = async () => {
      for (let kill = 0; kill < kills; kill++) {
        await pause(Math.random() * 500);
        await fleet.killOne();
      }
      isOver = true;
    };
    await Promise.all([...clients.map(work), killAll()]);

    expect(lockedOut).toEqual([]);
    expect(refreshes).toBeGreaterThan(kills);
    const source = await database.connect([]);
    const [{ ended }] = await source.query(
      'SELECT count(*) AS ended FROM session WHERE ended_at IS NOT NULL',
    );
    expect(Number(ended)).toBe(0);
  }, 1_800_000);

  it(`are verified while the keys are rotated ${rotations} times, once a second: no false 401, also by jose`, async () => {
    const clients = await Promise.all(times(6, async () => signIn(await account())));
    const settings = readSettings({ DATABASE_URL: database.url });
    const keys = signingKeysOf(await database.connectWith(), settings);
    const keySets = fleet.urls.map((url) =>
      createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`), { cooldownDuration: 0 }),
    );
    let isOver = false;
    const failures: unknown[] = [];
    const kids = new Set<unknown>();
    const work = async (tokens: { access_token: string; refresh_token: string }, nth: number) => {
      for (let { access_token: token, refresh_token: next } = tokens; !isOver;) {
        const read = await fleet.ask('GET', '/user/me/', { token });
        if (read.status !== 200) failures.push(read);
        kids.add(decodeProtectedHeader(token).kid);
        await jwtVerify(token, keySets[nth % processes]!, { typ: 'at+jwt' }).catch((error: unknown) =>
          failures.push(error),
        );
        const renewed = await refresh(next);
        if (renewed.status !== 200) return void failures.push(renewed);
        ({ access_token: token = '', refresh_token: next = '' } = renewed.body);
      }
    };
    const rotate = async () => {
      for (let rotation = 0; rotation < rotations; rotation++) {
        await pause(1_000);
        await keys.rotate();
      }
      isOver = true;
    };
    await Promise.all([...clients.map(work), rotate()]);

    expect(failures).toEqual([]);
    expect(kids.size).toBeGreaterThan(rotations / 2);
  }, 1_800_000);
});
