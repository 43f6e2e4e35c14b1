/**
 * What `npm run doctor` finds wrong with a database.
 * Real: the doctor, both databases, a PostgreSQL of its own that becomes a standby, the disk. Nothing is fake.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DatabaseRole } from '../support/database-role.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { examine as examineWith } from '../support/doctor.js';
import { createDurableDatabase } from '../support/durable-database.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { ada, keySecret } from '../support/running-service.js';
import { createTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let folder: string;
let cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  cleanUp = [() => rm(folder, { recursive: true })];
});
afterEach(async () => {
  for (const step of cleanUp) await step();
});

const examine = (variables: NodeJS.ProcessEnv) => examineWith(variables, folder);

async function createdDatabase(kind: 'sqlite' | 'postgres') {
  const database = await createDurableDatabase(kind);
  cleanUp.unshift(() => database.destroy());
  const app = await createTestApp({ database: database.url, variables: { KEY_SECRET: keySecret } });
  await app.post('/user/', ada);
  await app.close();
  return database;
}

describe.each(databaseKinds)('doctor on %s', (kind) => {
  it('reports dead and late messages', async () => {
    const database = await createdDatabase(kind);
    const before = await examine({ DATABASE_URL: database.url });
    const other = await database.connect([]);
    const [{ n }] = await other.query<[{ n: number }]>('SELECT count(*) AS n FROM outbox_message');
    await other.query(`UPDATE outbox_message SET created_at = created_at - 3600000`);
    const late = await examine({ DATABASE_URL: database.url });
    await other.query(`UPDATE outbox_message SET state = 'dead'`);
    const dead = await examine({ DATABASE_URL: database.url });

    expect(Number(n)).toBe(1);
    expect(before.of('messages')).toMatchObject([{ status: 'ok' }]);
    expect(before.of('writes')).toMatchObject([{ status: 'ok', found: 'the database accepts writes' }]);
    expect(late.of('messages')).toMatchObject([
      { status: 'warning', found: expect.stringMatching(/^the oldest undelivered one has waited 36\d\d/) },
    ]);
    expect(dead.of('messages')).toMatchObject([
      { status: 'warning', remedy: expect.stringContaining('list --state dead') },
    ]);
    expect([before.failures, late.failures, dead.failures]).toEqual([[], [], []]);
    // A service that a team has added has no address here, which is a warning of its own.
    const isWell = before.all.every(({ status }) => status === 'ok');
    expect([before.code, late.code, dead.code]).toEqual([isWell ? 0 : 1, 1, 1]);
    expect(before.all.filter(({ status, check }) => status !== 'ok' && !check.endsWith(' service'))).toEqual(
      [],
    );
  });
});

describe('doctor on topics', () => {
  it('reports one that is held back, and one that no program handles', async () => {
    const database = await createdDatabase('sqlite');
    const other = await database.connect([]);
    await other.query(`DELETE FROM outbox_consumer`);
    await other.query(
      `INSERT INTO outbox_consumer (owner, topic, seen_at, held_since, probe_at, reason)
       VALUES ('a', 'notification.welcome', ?, 1, 2, 'it answered 503')`,
      [Date.now()],
    );
    await other.query(`UPDATE outbox_message SET topic = 'old.topic', state = 'pending'`);
    const { code, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(of('messages')).toMatchObject([
      { status: 'warning', found: expect.stringContaining('notification.welcome is held back') },
      { status: 'failure', found: 'old.topic has 1 messages and no program that handles it' },
    ]);
  });
});

describe('doctor on a PostgreSQL', () => {
  it('that is read-only fails it', async () => {
    const database = await createdDatabase('postgres');
    const other = await database.connect([]);
    const name = new URL(database.url).pathname.slice(1);
    await other.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const { failures, of } = await examine({ DATABASE_URL: database.url });

    expect(failures).toEqual(['writes']);
    expect(of('writes')).toMatchObject([{ found: 'the database is read-only' }]);
  });

  it('that is a standby fails it', async () => {
    const server = await RestartablePostgres.start();
    cleanUp.unshift(() => server.remove());
    await server.becomeStandby();
    await until('the standby answers', () => responses(server.url));
    const { of } = await examine({ DATABASE_URL: server.url });

    expect(of('writes')).toMatchObject([
      { status: 'failure', found: 'the database is a standby, which is read-only' },
    ]);
    expect(of('encoding')).toMatchObject([{ status: 'ok', found: 'server_encoding is UTF8' }]);
  });

  it('whose user may not write to every table fails it', async () => {
    const database = await createdDatabase('postgres');
    const role = await DatabaseRole.create(database.url);
    cleanUp.unshift(() => role.drop());
    await role.grant('SELECT, INSERT, UPDATE, DELETE');
    const variables = { DATABASE_URL: role.urlOf(database.url) };
    expect((await examine(variables)).failures).toEqual([]);

    for (const right of ['INSERT', 'UPDATE', 'DELETE']) {
      await role.revoke(right);
      const { failures, of } = await examine(variables);
      expect([right, failures]).toEqual([right, ['writes']]);
      expect(of('writes')).toMatchObject([{ found: 'the database user has no right to write' }]);
      await role.grant(right);
    }
  });

  it('with an invalid index names it and what to run', async () => {
    const database = await createdDatabase('postgres');
    const other = await database.connect([]);
    await other.query('CREATE INDEX half_made ON "user" (surname)');
    await other.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_made'::regclass`);
    const { code, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(of('indexes')).toMatchObject([
      {
        status: 'failure',
        found: expect.stringContaining('the index half_made on user is invalid'),
        remedy: 'REINDEX INDEX CONCURRENTLY half_made',
      },
    ]);
  });

  it('with another encoding fails it', async () => {
    const database = await createDatabase('postgres');
    cleanUp.unshift(() => database.destroy());
    const admin = await database.connect([]);
    await admin.query(`CREATE DATABASE doctor_latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    cleanUp.unshift(() => admin.query('DROP DATABASE doctor_latin1 WITH (FORCE)'));
    const url = new URL(database.url);
    url.pathname = 'doctor_latin1';
    const { of } = await examine({ DATABASE_URL: url.href });

    expect(of('encoding')).toMatchObject([
      { status: 'failure', found: expect.stringContaining('server_encoding is LATIN1') },
    ]);
  });
});

describe('doctor on a SQLite file', () => {
  it('in a folder that is not writable fails it, and everything else is reported', async () => {
    const place = join(folder, 'locked');
    await mkdir(place);
    const isProtected = protect(place);
    if (!isProtected) return;
    const { code, failures, of } = await examine({ DATABASE_URL: `sqlite:${place}/accounts.db` });

    expect(code).toBe(2);
    expect(failures[0]).toBe('database');
    for (const check of ['disk', 'clock', 'mail', 'notification service', 'password hash'] as const)
      expect(of(check)).not.toEqual([]);
  });

  it('that is not writable fails it, and everything else is reported', async () => {
    const database = await createdDatabase('sqlite');
    if (!protect(database.url.slice('sqlite:'.length))) return;
    const { code, failures, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(failures.length).toBeGreaterThan(0);
    expect(['database', 'writes']).toContain(failures[0]);
    for (const check of ['disk', 'clock', 'mail', 'notification service', 'password hash'] as const)
      expect(of(check)).not.toEqual([]);
  });
});

/** Makes a file or folder read-only, even for root. */
function protect(path: string): boolean {
  try {
    execFileSync('chattr', ['+i', path], { stdio: 'ignore' });
  } catch {
    console.warn('SKIPPED: chattr +i needs root and a file system that knows it');
    return false;
  }
  cleanUp.unshift(() => execFileSync('chattr', ['-i', path]));
  return true;
}

async function responses(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  return client
    .connect()
    .then(() => client.end())
    .then(
      () => true,
      () => false,
    );
}
