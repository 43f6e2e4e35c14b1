/**
 * POST /user/ with an Idempotency-Key, over processes that die.
 * Real: two programs as processes of their own, the databases, Argon2id. Fake: the notification service is out of reach.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { databaseKinds } from '../support/databases.js';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };
const quick = { PASSWORD_MEMORY_KIB: '64', PASSWORD_MAX_WAIT_MS: '60000' };
/** A hash that takes seconds, to be killed in. */
const slow = { PASSWORD_MEMORY_KIB: '65536', PASSWORD_ITERATIONS: '60' };

describe.each(databaseKinds)('POST /user/ with an Idempotency-Key on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let cwd: string;
  const programs: RunningProgram[] = [];
  let dataSource: DataSource;

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'accounts-idempotency-'));
  });
  afterEach(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await Promise.all(programs.splice(0).map(({ ended }) => ended));
    await rm(cwd, { recursive: true });
  });

  async function start(variables: Record<string, string>) {
    const program = startProgram({
      cwd,
      variables: {
        DATABASE_URL: database.url,
        PORT: '0',
        METRICS: 'off',
        RATE_LIMIT_PER_MINUTE: '0',
        LOG_FORMAT: 'json',
        KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
        NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
        ...variables,
      },
    });
    programs.push(program);
    const [, url = ''] = await program.said(/API (http:\S+?)\/"/);
    return { program, url };
  }
  async function create(url: string, body = john) {
    const response = await fetch(`${url}/user/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': '"one"' },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }
  async function counted() {
    const [row] = await dataSource.query<Record<string, unknown>[]>(`
      SELECT (SELECT count(*) FROM "user") AS users, (SELECT count(*) FROM outbox_message) AS messages,
        (SELECT count(*) FROM idempotency_record WHERE status = 200) AS answers`);
    return Object.values(row ?? {}).map(Number);
  }

  it('executes 50 parallel requests over two processes once, and answers the same after kill -9', async () => {
    const one = await start(quick);
    const two = await start(quick);
    dataSource = await database.connect([]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, nth) => create(nth % 2 ? one.url : two.url)),
    );

    const done = answers.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(answers.map(({ status }) => status))).not.toContain(500);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect(await counted()).toEqual([1, 1, 1]);
    for (const { program } of [one, two]) program.kill('SIGKILL');
    await Promise.all([one.program.ended, two.program.ended]);
    // Executed again, it would record another welcome.
    await dataSource.query('DELETE FROM "user"');
    const { url } = await start(quick);

    expect(await create(url)).toEqual(done[0]);
    expect((await create(url, { ...john, name: 'Jane' })).status).toBe(422);
    expect(await counted()).toEqual([0, 1, 1]);
  }, 60_000);

  it('executes the next try within 8 seconds of a kill while the first was running', async () => {
    const one = await start(slow);
    const two = await start(quick);
    dataSource = await database.connect([]);
    const first = create(one.url).catch(() => 'no answer');
    await until('the first has claimed its key', async () => {
      const [row] = await dataSource.query<{ claims: unknown }[]>(
        'SELECT count(*) AS claims FROM idempotency_record WHERE status IS NULL',
      );
      return Number(row?.claims) === 1;
    });
    expect((await create(two.url)).status).toBe(409);
    one.program.kill('SIGKILL');
    const killedAt = performance.now();
    expect(await first).toBe('no answer');
    expect(await counted()).toEqual([0, 0, 0]);
    while ((await create(two.url)).status === 409) await pause(200);

    expect(performance.now() - killedAt).toBeLessThan(8_000);
    expect(await counted()).toEqual([1, 1, 1]);
  }, 60_000);
});
