/**
 * What readiness and the metrics report about a database that is locked, unresponsive, stopped or read-only, under load.
 * Real: the program as a process, PostgreSQL servers, SQLite, the locks, the TCP connections. Fake: the network's failure,
 * by a proxy that stops forwarding; the notification service is out of reach.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { DatabaseRole } from '../support/database-role.js';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { NetworkCable } from '../support/network-cable.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
/** Milliseconds. */
const promised = 1_000;
/** Tolerance for a busy machine. */
const slack = 5_000;

interface Probe {
  readonly status: number;
  readonly text: string;
  readonly durationMs: number;
}

let service: RunningService;
let cleanUp: (() => Promise<unknown>)[] = [];

async function start(databaseUrl: string, variables: NodeJS.ProcessEnv = {}): Promise<void> {
  service = await RunningService.start({
    DATABASE_URL: databaseUrl,
    NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    ...variables,
  });
  cleanUp.unshift(() => service.stop());
}

async function ask(url: string): Promise<Probe> {
  const began = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  return { status: response.status, text, durationMs: performance.now() - began };
}

const ready = () => ask(`${service.url}/health/ready`);
const metrics = () => ask(service.metricsUrl);
const sample = (text: string, name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

const becomes = (status: number, detail: RegExp) =>
  until(`readiness answers ${status} ${detail}`, async () => {
    const probe = await ready();
    return probe.status === status && detail.test(probe.text);
  });

async function refusesWrites(): Promise<void> {
  const refused = await service.post('/user/', ada);
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect(sample((await metrics()).text, 'database_writable')).toBe(0);
  expect(sample((await metrics()).text, 'database_up')).toBe(1);
}

async function adminOf(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  cleanUp.unshift(() => client.end().catch(() => undefined));
  return client;
}

beforeEach(() => {
  cleanUp = [];
});
afterEach(async () => {
  for (const step of cleanUp) await step();
});

describe('A PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase('postgres');
    cleanUp.unshift(() => database.destroy());
  });

  it('whose outbox is locked has at most one probe waiting, reports no schema difference, and lets users sign in', async () => {
    await start(database.url);
    await service.post('/user/', ada);
    const admin = await adminOf(database.url);
    const watcher = await adminOf(database.url);
    await admin.query('BEGIN; LOCK TABLE outbox_message');

    let maxWaiting = 0;
    const responses: Probe[] = [];
    const signIns: number[] = [];
    for (let round = 0; round < 8 || maxWaiting === 0; round++) {
      const probes = [ready(), metrics(), ready()];
      const signIn = service.post('/user/signin/', ada);
      await pause(50);
      const { rows } = await watcher.query<{ waiting: string }>(
        `SELECT count(*) AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%AS oldest%'`,
      );
      maxWaiting = Math.max(maxWaiting, Number(rows[0]?.waiting));
      responses.push(...(await Promise.all(probes)));
      signIns.push((await signIn).status);
    }
    const during = await ready();
    await admin.query('ROLLBACK');

    expect(maxWaiting).toBe(1);
    expect(Math.max(...responses.map(({ durationMs }) => durationMs))).toBeLessThan(promised + slack);
    expect(responses.map(({ text }) => text).join()).not.toContain('does not have the schema');
    expect(during.status).toBe(200);
    expect(during.text).toContain('the messages cannot be counted: the database is locked');
    // Whom the locked table concerns may be refused; who signs in is told what an account that is not active is told.
    expect(new Set(signIns)).toEqual(new Set([400]));
    await until('the messages are counted again', async () => !(await ready()).text.includes('cannot be'));
  });

  it('whose user loses the right to write is not ready until it is granted again', async () => {
    await migrateSchema(await database.connectWith());
    const role = await DatabaseRole.create(database.url);
    cleanUp.unshift(() => role.drop());
    await role.grant('SELECT, INSERT, UPDATE, DELETE');
    await start(role.urlOf(database.url));
    await becomes(200, /"database":\{"status":"up"\}/);

    await role.revoke('INSERT');
    await becomes(503, /Not ready: the database user has no right to write/);
    await refusesWrites();
    await role.grant('INSERT');
    await becomes(200, /"database":\{"status":"up"\}/);
    expect((await service.post('/user/', ada)).status).toBe(200);
  });

  it('that becomes unresponsive is reported by readiness and metrics within a second, and recovers by itself', async () => {
    const cable = await NetworkCable.to(database.url);
    cleanUp.unshift(() => cable.remove());
    await start(cable.url, { DATABASE_CONNECT_TIMEOUT_MS: '1000' });
    await becomes(200, /"database":\{"status":"up"\}/);
    expect(sample((await metrics()).text, 'database_up')).toBe(1);
    cable.pull();
    await pause(promised);

    const responses: Probe[] = [];
    for (let round = 0; round < 20; round++) {
      responses.push(...(await Promise.all([metrics(), ready(), metrics()])));
      await pause(200);
    }
    const last = await metrics();
    cable.plugIn();

    expect(Math.max(...responses.map(({ durationMs }) => durationMs))).toBeLessThan(promised + slack);
    expect(sample(last.text, 'database_up')).toBe(0);
    expect(Date.now() / 1_000 - sample(last.text, 'database_up_changed_timestamp_seconds')).toBeLessThan(60);
    expect(sample(last.text, 'outbox_messages_age_seconds')).toBeGreaterThan(1);
    expect(responses.filter(({ status }) => status === 503).map(({ text }) => text)).toContainEqual(
      expect.stringContaining('Not ready: the database does not respond in time'),
    );
    await becomes(200, /"database":\{"status":"up"\}/);
    expect(sample((await metrics()).text, 'database_up')).toBe(1);
  });
});

describe('A PostgreSQL of its own', () => {
  let server: RestartablePostgres;
  beforeEach(async () => {
    server = await RestartablePostgres.start();
    cleanUp.unshift(() => server.remove());
    await start(server.url, { PASSWORD_MEMORY_KIB: '64' });
    await becomes(200, /"database":\{"status":"up"\}/);
  });

  it('that is stopped is reported as down by the metrics', async () => {
    await server.stop();

    await becomes(503, /Not ready: the database does not respond/);
    expect(sample((await metrics()).text, 'database_up')).toBe(0);
    await server.start();
    await becomes(200, /"database":\{"status":"up"\}/);
    expect(sample((await metrics()).text, 'database_up')).toBe(1);
  });

  it('that is read-only is not ready for as long as it is', async () => {
    const admin = await adminOf(server.url);
    await admin.query(`ALTER DATABASE postgres SET default_transaction_read_only = on`);
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'account-service'`,
    );

    await becomes(503, /Not ready: the database is read-only/);
    await refusesWrites();
    // Sessions keep what they began with: the ones that are read-only must not stay.
    await admin.query(`SET default_transaction_read_only = off`);
    await admin.query(`ALTER DATABASE postgres RESET default_transaction_read_only`);
    await becomes(200, /"database":\{"status":"up"\}/);
    expect((await service.post('/user/', ada)).status).toBe(200);
  });

  it('that is a hot standby is not ready until it is promoted', async () => {
    await server.becomeStandby();

    await becomes(503, /Not ready: the database is a standby, which is read-only/);
    await refusesWrites();
    const admin = await adminOf(server.url);
    await admin.query('SELECT pg_promote()');
    await becomes(200, /"database":\{"status":"up"\}/);
    expect((await service.post('/user/', ada)).status).toBe(200);
  });
});

describe('A SQLite file', () => {
  it('that has become read-only is not ready', async () => {
    const database = await createDatabase('sqlite');
    cleanUp.unshift(() => database.destroy());
    const file = database.url.slice('sqlite:'.length);
    await start(database.url);
    await becomes(200, /"database":\{"status":"up"\}/);
    const isProtected = await run('chattr', ['+i', file]).then(
      () => true,
      () => false,
    );
    if (!isProtected) {
      console.warn('SKIPPED: chattr +i needs root and a file system that knows it; readiness was not tried');
      return;
    }
    cleanUp.unshift(() => run('chattr', ['-i', file]));

    await becomes(503, /Not ready: the database is read-only/);
    expect(sample((await metrics()).text, 'database_writable')).toBe(0);
    await run('chattr', ['-i', file]);
    await becomes(200, /"database":\{"status":"up"\}/);
  });
});
