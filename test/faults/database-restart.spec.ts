/**
 * A restart of PostgreSQL while clients create accounts and sign in.
 * Real: the program as a process of its own, a PostgreSQL of its own that is stopped and started, Argon2id (with little
 * memory), the clients. Fake: the notification service is out of reach.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RestartablePostgres } from '../support/postgres-server.js';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';

interface TimedResponse {
  readonly email: string;
  readonly step: 'create' | 'activate' | 'signin';
  readonly status: number;
  readonly retryAfterHeader: string | null;
  readonly body: string;
}

const clients = 8;
const enough = 40;

describe('a restart of PostgreSQL under load', () => {
  let server: RestartablePostgres;
  let cwd: string;
  let program: RunningProgram;
  let url: string;
  const responses: TimedResponse[] = [];

  async function post(step: TimedResponse['step'], email: string): Promise<TimedResponse> {
    const person = { name: 'Jane', surname: 'Doe', email, password: '123456' };
    const response = await fetch(`${url}/user/${step === 'create' ? '' : `${step}/`}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(person),
    });
    const body = await response.text();
    const answer = {
      email,
      step,
      status: response.status,
      retryAfterHeader: response.headers.get('retry-after'),
      body,
    };
    responses.push(answer);
    return answer;
  }

  /** A client that takes one account after another through its life, as far as it gets. */
  async function walk(name: string, load: { goesOn: boolean }): Promise<void> {
    for (let number = 0; load.goesOn; number++) {
      const email = `${name}-${number}@example.com`;
      for (const step of ['create', 'activate', 'signin'] as const)
        if ((await post(step, email)).status !== 200) {
          await sleep(20);
          break;
        }
    }
  }

  /** Waits until so many more responses have had this status. */
  async function more(status: number): Promise<void> {
    const count = () => responses.filter((answer) => answer.status === status).length;
    const goal = count() + enough;
    while (count() < goal) await sleep(20);
  }

  beforeEach(async () => {
    server = await RestartablePostgres.start();
    cwd = await mkdtemp(join(tmpdir(), 'accounts-restart-'));
    program = startProgram({
      cwd,
      variables: {
        DATABASE_URL: server.url,
        PORT: '0',
        NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
        PASSWORD_MEMORY_KIB: '64',
        PASSWORD_MAX_WAIT_MS: '60000',
        RATE_LIMIT_PER_MINUTE: '0',
        LOG_FORMAT: 'json',
      },
    });
    url = (await program.said(/API (http:\S+?)\/"/))[1] ?? '';
  });
  afterEach(async () => {
    program.kill('SIGKILL');
    await program.ended;
    await server.remove();
    await rm(cwd, { recursive: true });
  });

  it('causes only 503s with Retry-After', async () => {
    const load = { goesOn: true };
    const walking = Promise.all(
      Array.from({ length: clients }, (_, client) => walk(`client${client}`, load)),
    );
    for (let restart = 1; restart <= 2; restart++) {
      await more(200);
      await server.stop();
      await more(503);
      await server.start();
    }
    await more(200);
    load.goesOn = false;
    await walking;

    const refused = responses.filter(({ status }) => status !== 200);
    expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
    for (const { retryAfterHeader, body } of refused) {
      expect(Number(retryAfterHeader)).toBeGreaterThanOrEqual(1);
      expect(JSON.parse(body)).toEqual({
        status_code: 503,
        detail: 'Service Unavailable',
        error: 'HTTPException',
      });
    }

    // Refused requests are repeated to the same process, and all succeed in the end.
    for (const email of new Set(refused.map((answer) => answer.email)))
      for (const step of ['create', 'activate', 'signin'] as const)
        expect(await post(step, email)).toMatchObject({ status: 200 });
    const emails = [...new Set(responses.map(({ email }) => email))];
    expect(await accounts()).toEqual(emails.sort().map((email) => ({ email, active: true, messages: '1' })));
    expect(await messages()).toBe(emails.length);
  }, 180_000);

  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };
  const accounts = () =>
    query(`SELECT u.email, u.active, (
        SELECT count(*) FROM outbox_message m WHERE m.payload::json ->> 'email' = u.email) AS messages
      FROM "user" u ORDER BY u.email COLLATE "C"`);
  const messages = async () => Number((await query('SELECT count(*) AS n FROM outbox_message'))[0].n);
});
