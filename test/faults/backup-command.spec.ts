/**
 * `npm run backup` and `npm run restore` as an operator runs them, beside the service.
 * Real: the compiled programs, HTTP, the files. Fake: nothing; the notification service is down, so messages stay.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import { runCommand } from '../support/commands.js';
import { programPath, startProgram } from '../support/program.js';
import { ada, RunningService } from '../support/running-service.js';

const signUps = 1_000;
const clients = 8;

let folder: string;
let services: RunningService[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-backup-'));
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name: string) => join(folder, name);
async function start(database: string): Promise<RunningService> {
  const service = await RunningService.start({
    DATABASE_URL: `sqlite:${database}`,
    NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    PASSWORD_MAX_WAIT_MS: '60000',
  });
  services.push(service);
  return service;
}

const run = (command: 'backup' | 'restore', url: string, ...args: string[]) =>
  runCommand(command, args, { cwd: folder, variables: { DATABASE_URL: url } });

/** E-mail addresses of the accounts that have their message. */
async function complete(file: string): Promise<Set<string>> {
  const connection = await SqliteConnection.open(file, 'immutable');
  try {
    const rows = await connection.rows(
      `SELECT u.email FROM "user" u JOIN outbox_message m ON m.payload ->> '$.email' = u.email`,
    );
    return new Set(rows.map(({ email }) => String(email)));
  } finally {
    await connection.close();
  }
}

describe('npm run backup, while accounts are created', () => {
  it('contains every account that was acknowledged before it began, with its message, and can be restored elsewhere', async () => {
    const service = await start(inFolder('accounts.db'));
    const acknowledged: string[] = [];
    const create = async (email: string) => {
      expect((await service.post('/user/', { ...ada, email })).status).toBe(200);
      acknowledged.push(email);
    };
    let next = 0;
    let isOver = false;
    const creating = Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < signUps) await create(`account-${next++}@example.com`);
      }),
    ).finally(() => (isOver = true));
    creating.catch(() => undefined);
    const promised: string[][] = [];
    for (const name of ['first', 'second']) {
      const goal = promised.length ? signUps / 2 : 1;
      while (acknowledged.length < goal && !isOver) await new Promise((again) => setTimeout(again, 5));
      promised.push([...acknowledged]);
      const { code, output } = await run('backup', `sqlite:${inFolder('accounts.db')}`, inFolder(name));
      expect(output).toMatch(/Backed up and verified: /);
      expect(code).toBe(0);
    }
    await creating;
    await service.stop();

    const database = join(folder, 'elsewhere', 'accounts.db');
    for (const [round, name] of ['first', 'second'].entries()) {
      const { code, output } = await run('restore', `sqlite:${database}`, inFolder(name));
      expect(output).toMatch(/Restored and verified/);
      expect(code).toBe(0);
      const held = await complete(database);
      expect(promised[round]?.filter((email) => !held.has(email))).toEqual([]);
    }
    const restored = await start(database);
    const credentials = { email: promised[1]?.at(-1), password: ada.password };
    const response = await restored.post('/user/signin/', credentials);
    expect(await response.json()).toMatchObject({ detail: 'User must be activated via /user/activate/' });
    expect((await restored.post('/user/', { ...ada, email: 'new@example.com' })).status).toBe(200);
    expect((await run('restore', `sqlite:${database}`, inFolder('first'))).output).toMatch(/is in use: stop/);
  }, 300_000);
});

describe('npm run backup and npm run restore', () => {
  const nowhere = () => `sqlite:${inFolder('missing.db')}`;

  it.each([
    ['backup', [], 2, /needs the name of a FILE/],
    ['backup', ['a', 'b'], 2, /b is an unexpected argument/],
    ['backup', ['a', '--colour'], 2, /Unknown option '--colour'/],
    ['restore', ['a', '--replace'], 2, /Unknown option '--replace'/],
    ['backup', ['a'], 1, /There is no database .*missing\.db: set DATABASE_URL/],
    ['restore', ['a'], 1, /There is no file .*\/a$/m],
    ['backup', ['--help'], 0, /npm run backup -- FILE/],
    ['restore', ['--help'], 0, /npm run restore -- FILE/],
  ] as const)('%s %j ends with exit code %d and one message', async (command, args, code, text) => {
    const result = await run(command, nowhere(), ...args);
    expect(result.output).toMatch(text);
    expect(result.output).not.toMatch(/^\s+at /m);
    expect(result.code).toBe(code);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['backup', 'restore'] as const)('%s with bad settings ends with exit code 2', async (command) => {
    expect(await run(command, 'mysql://nowhere', 'a')).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^DATABASE_URL must be/),
    });
  });

  it.each([
    [
      'backup',
      /pg_dump --format=custom --file='\S+' --dbname='postgres:\/\/me@db.example.com\/accounts\?sslmode=require'/,
    ],
    ['restore', /pg_restore .*--dbname='postgres:\/\/me@db.example.com\/accounts\?sslmode=require'/],
  ] as const)('%s on PostgreSQL names the command to use, without the password', async (command, text) => {
    const url = 'postgres://me:geheim@db.example.com/accounts?sslmode=require';
    const { code, output } = await run(command, url, 'a');
    expect(output).toMatch(text);
    expect(output).not.toContain('geheim');
    expect(code).toBe(2);
  });

  it('an interrupted backup leaves nothing behind', async () => {
    const service = await start(inFolder('accounts.db'));
    await service.post('/user/', ada);
    const program = startProgram({
      cwd: folder,
      args: [programPath('src/cli/backup.js'), 'copy.db'],
      variables: { DATABASE_URL: `sqlite:${inFolder('accounts.db')}` },
    });
    while (
      !(await readdir(folder)).some((name) => name.endsWith('.unfinished')) &&
      !existsSync(inFolder('copy.db'))
    )
      await new Promise((again) => setImmediate(again));
    program.kill('SIGTERM');
    await program.ended;
    await service.stop();
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });
});
