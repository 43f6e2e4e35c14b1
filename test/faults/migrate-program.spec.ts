/**
 * The migrate command, and many processes that migrate one schema at the same time.
 * Real: the programs as processes of their own, the databases, TypeORM's command line. Fake: the notification service is
 * out of reach.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/commands.js';
import { databaseKinds } from '../support/databases.js';
import { programPath, startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { useDatabase } from '../support/use-database.js';

const together = 6;

describe.each(databaseKinds)('on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let cwd: string;
  const running: RunningProgram[] = [];

  function start(args: string[], variables: NodeJS.ProcessEnv = {}): RunningProgram {
    const program = startProgram({ cwd, args, variables: { DATABASE_URL: database.url, ...variables } });
    running.push(program);
    return program;
  }

  const migrate = (...args: string[]) =>
    runCommand('migrate', args, { cwd, variables: { DATABASE_URL: database.url } });

  const api = (variables: NodeJS.ProcessEnv = {}) =>
    start([programPath('src/main.js')], {
      PORT: '0',
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
      LOG_FORMAT: 'json',
      ...variables,
    });

  async function expectEachRecordedOnce(): Promise<void> {
    const dataSource = await database.connectWith();
    const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
    const known = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
    expect(known).not.toEqual([]);
    expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
  }

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'accounts-migrate-'));
  });
  afterEach(async () => {
    for (const program of running) program.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
    await rm(cwd, { recursive: true });
  });

  it('migrate runs the pending migrations, --check lists them, and the exit code shows the result', async () => {
    const before = await migrate('--check');
    expect(before.code).toBe(1);
    expect(before.output).toMatch(/pending {3}InitialSchema\d+\n/);
    expect(before.output).toMatch(/differs {3}the table user is missing\n/);
    const first = await migrate();
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/migrated {2}InitialSchema\d+\n/);
    const again = await migrate();
    expect(again.code).toBe(0);
    expect(again.output).not.toContain('migrated');
    const after = await migrate('--check');
    expect(after.code).toBe(0);
    expect(after.output).toMatch(
      /has run {3}InitialSchema\d+\n(?:has run .+\n)*The database fits this program\.\n/,
    );
  });

  it('migrate refuses an unknown option, and prints its usage with --help', async () => {
    expect(await migrate('--force')).toMatchObject({ code: 2, output: expect.stringContaining('--force') });
    expect(await migrate('--help')).toMatchObject({ code: 0, output: expect.stringContaining('--check') });
  });

  it('of six concurrent migrate commands one runs the migrations, and all report success', async () => {
    const programs = Array.from({ length: together }, () => start([programPath('src/cli/migrate.js')]));
    const ends = await Promise.all(programs.map(({ ended }) => ended));
    expect(ends.map(([code]) => code)).toEqual(Array.from({ length: together }, () => 0));
    const ran = programs.filter(({ output }) => output.includes('migrated'));
    expect(ran).toHaveLength(1);
    await expectEachRecordedOnce();
  });

  it('six programs that start concurrently all serve, on a schema that is created once', async () => {
    const programs = Array.from({ length: together }, () => api());
    const addresses = await Promise.all(
      programs.map(async (program) => (await program.said(/API (http:\S+?)\/"/))[1]),
    );
    const responses = await Promise.all(
      addresses.map((url, index) => fetch(`${url}/user/signin/`, signIn(index))),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: together }, () => 404));
    const said = programs.map(({ output }) => output).join('');
    expect(said.match(/Created what was missing|Migrated InitialSchema/g)).toHaveLength(1);
    await expectEachRecordedOnce();
  });

  it('a program that only checks an empty database ends with what is missing and the remedy', async () => {
    const program = api({ SCHEMA_MODE: 'check' });
    expect(await program.ended).toEqual([1, null]);
    expect(program.output).toMatch(/the table user is missing[\s\S]*npm run migrate/);
  });

  it("TypeORM's command line reads ormconfig and knows the migrations", async () => {
    await migrate();
    const shown = start([
      resolve('node_modules/typeorm/cli.js'),
      'migration:show',
      '-d',
      programPath('ormconfig.js'),
    ]);
    expect(await shown.ended).toEqual([0, null]);
    expect(shown.output).toMatch(/\[X\] 1 InitialSchema\d+/);
    const schema = start([
      resolve('node_modules/typeorm/cli.js'),
      'schema:log',
      '-d',
      programPath('ormconfig.js'),
    ]);
    expect(await schema.ended).toEqual([0, null]);
    expect(schema.output).toContain('Your schema is up to date');
  });
});

describe('migrate', () => {
  it('names the server that it could not reach, without the password, and ends with 2', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'accounts-migrate-'));
    const variables = { DATABASE_URL: 'postgres://someone:hunter2@localhost:1/accounts' };
    const { code, output } = await runCommand('migrate', [], { cwd, variables });
    expect(code).toBe(2);
    expect(output).toMatch(/accounts at localhost:1[\s\S]*ECONNREFUSED[\s\S]*DATABASE_URL/);
    expect(output).not.toContain('hunter2');
    await rm(cwd, { recursive: true });
  });
});

/** Each of a stranger of its own: wrong passwords for one address are limited across programs. */
const signIn = (index: number) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ email: `stranger-${index}@example.com`, password: '123456' }),
});
