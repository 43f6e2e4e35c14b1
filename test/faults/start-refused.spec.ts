/**
 * Starts that cannot succeed, or have to wait: what they say, in the format of the log, and that it is one sentence.
 * Real: the compiled program, PostgreSQL, a proxy as a socket, a file system that only allows reads. Fake: nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { DatabaseRole } from '../support/database-role.js';
import { createDatabase } from '../support/databases.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { keySecret, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

let folder: string;
let program: RunningProgram | undefined;
const undo: (() => unknown)[] = [];
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'accounts-start-'))));
afterEach(async () => {
  program?.kill('SIGKILL');
  await program?.ended;
  for (const each of undo.splice(0).reverse()) await each();
  await rm(folder, { recursive: true, force: true });
});

const start = (variables: NodeJS.ProcessEnv) =>
  (program = startProgram({
    cwd: folder,
    variables: {
      PORT: '0',
      METRICS_PORT: '0',
      LOG_FORMAT: 'json',
      KEY_SECRET: keySecret,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
      ...variables,
    },
  }));

/** The lines of a start that fails, each of which must be JSON without a colour or a stack. */
async function refused(variables: NodeJS.ProcessEnv): Promise<{ level: string; msg: string }[]> {
  const failing = start(variables);
  const [code] = await failing.ended;
  expect(code).toBe(1);
  expect(failing.output).not.toMatch(/\u001b|^\s+at |"stack"/m);
  return failing.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; msg: string });
}

async function onServer<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function postgres(options = '') {
  const database = await createDatabase('postgres');
  undo.push(() => database.destroy());
  if (!options) return database.url;
  const name = `other_${new URL(database.url).pathname.slice(6)}`;
  await onServer(database.url, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE template0 ${options}`),
  );
  undo.push(() => onServer(database.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return Object.assign(new URL(database.url), { pathname: name }).href;
}

describe('A start is refused in one sentence with the remedy', () => {
  it.each(['LATIN1', 'SQL_ASCII'])('on a PostgreSQL of the encoding %s', async (encoding) => {
    const url = await postgres(`ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`);
    const lines = await refused({ DATABASE_URL: url });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining(
        `has the encoding ${encoding}, which cannot store every name: create one with CREATE`,
      ),
    });
  });

  it('on a PostgreSQL that is read-only', async () => {
    const url = await postgres();
    const name = new URL(url).pathname.slice(1);
    await onServer(url, (client) =>
      client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`),
    );
    const lines = await refused({ DATABASE_URL: url });
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^The database is read-only: set default_/),
    ]);
  });

  it('on a PostgreSQL whose user may not create tables, or may not write to them', async () => {
    const database = await createDatabase('postgres');
    undo.push(() => database.destroy());
    const role = await DatabaseRole.create(database.url);
    undo.push(() => role.drop());
    const variables = { DATABASE_URL: role.urlOf(database.url) };
    expect((await refused(variables)).map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/permission denied for schema public.*OWNER TO/s),
    ]);

    await migrateSchema(await database.connectWith());
    await role.grant('SELECT');
    expect((await refused(variables)).map(({ msg }) => msg)).toEqual([
      expect.stringMatching(
        `^The database user ${role.name} may not write to the table \\w+: GRANT .*DATABASE_URL$`,
      ),
    ]);
  });

  it('on a PostgreSQL that is a standby, but not after its promotion', async () => {
    const server = await RestartablePostgres.start();
    undo.push(() => server.remove());
    await server.becomeStandby();
    await until('the standby answers', () =>
      onServer(server.url, (client) => client.query('SELECT 1')).then(
        () => true,
        () => false,
      ),
    );
    const lines = await refused({ DATABASE_URL: server.url });
    expect(lines.map(({ msg }) => msg)).toEqual([
      'The database is a standby, which is read-only: name the primary in DATABASE_URL',
    ]);

    await onServer(server.url, (client) => client.query('SELECT pg_promote()'));
    const promoted = start({ DATABASE_URL: server.url });
    await promoted.said(/API http:/);
  });

  it('on a SQLite file that is not writable', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'accounts-readonly-'));
    undo.push(() => rm(disk, { recursive: true, force: true }));
    const url = `sqlite:${join(disk, 'accounts.db')}`;
    try {
      execFileSync('mount', ['-t', 'tmpfs', 'accounts-readonly', disk], { stdio: 'ignore' });
    } catch {
      process.stderr.write(
        'SKIPPED: a file system that only allows reads, because none can be mounted here\n',
      );
      return;
    }
    undo.push(() => execFileSync('umount', [disk]));
    const service = await RunningService.start({
      DATABASE_URL: url,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    });
    service.program.kill('SIGTERM');
    await service.program.ended;
    await service.stop();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const lines = await refused({ DATABASE_URL: url });
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/cannot be opened .* Give this user the right to write to it and to its folder/),
    ]);
  });

  it('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    undo.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    const lines = await refused({ DATABASE_URL: `sqlite:${join(folder, 'a.db')}`, PORT: String(port) });
    expect(lines.filter(({ level }) => level !== 'info').map(({ msg }) => msg)).toEqual([
      `127.0.0.1:${port} is in use by another program: stop that, or set PORT to another one`,
    ]);
  });

  it('on several invalid settings, all of which it names', async () => {
    const lines = await refused({ PORT: 'many', LOG_LEVEL: 'loud' });
    expect(lines.map(({ level }) => level)).toEqual(['fatal']);
    expect(lines[0]?.msg.split('\n')).toEqual([
      expect.stringMatching(/^PORT must be/),
      expect.stringMatching(/^LOG_LEVEL must be/),
    ]);
  });

  it('on an address with an invalid percent-encoding, without repeating the password', async () => {
    const lines = await refused({ DATABASE_URL: 'postgres://me:100%geheim@localhost/accounts' });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'fatal',
        msg: expect.stringMatching(
          /^DATABASE_URL has a % that does not start a percent-encoding: write .*% as %25/,
        ),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('geheim');
  });
});

describe('A start that waits for PostgreSQL', () => {
  it('logs a line when it begins to wait', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const waiting = start({ DATABASE_URL: `postgres://me:secret@127.0.0.1:${port}/accounts` });
    const [line] = await waiting.said(/^\{.*does not respond yet.*\}$/m);
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      msg: 'The database does not respond yet: waiting for it up to 30 s',
    });
    expect(waiting.output).not.toContain('\u001b');
  });
});

describe('A PostgreSQL at a socket', () => {
  it.each([
    'postgres://postgres:test@/NAME?host=FOLDER',
    'postgres:///NAME?host=FOLDER&user=postgres&password=test',
  ])('is reached by %s', async (form) => {
    const url = new URL(await postgres());
    const socket: Server = createServer((client) => {
      const server = connect(Number(url.port), url.hostname);
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    }).listen(join(folder, '.s.PGSQL.5432'));
    await once(socket, 'listening');
    undo.push(() => socket.close());
    const service = await RunningService.start({
      DATABASE_URL: form.replace('NAME', url.pathname.slice(1)).replace('FOLDER', folder),
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    await service.stop();
  });
});
