/**
 * `npm run move` as a process: what it prints, and what is left when it is killed.
 * Real: both databases, the compiled program, SIGKILL. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { runCommand } from '../support/commands.js';
import { createDatabase } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { contentOf, fill, withTables } from '../support/move-databases.js';
import { programPath, startProgram } from '../support/program.js';

const accounts = 300;
const lock = 4711;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-move-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const move = (...args: string[]) => runCommand('move', args, { cwd: folder });

describe('move', () => {
  const from = useDatabase('sqlite', [], { perTest: true });
  const to = useDatabase('postgres', [], { perTest: true });
  let target: DataSource;
  const addresses = () => ['--from', from.url, '--to', to.url];
  const start = () => startProgram({ cwd: folder, args: [programPath('src/cli/move.js'), ...addresses()] });

  beforeEach(async () => {
    target = await withTables(to);
    const source = await withTables(from);
    await fill(source, accounts);
    await source.destroy();
  });

  it('creates the tables, moves everything, and reports what it moved', async () => {
    await target.dropDatabase();
    const { code, output } = await move(...addresses());
    expect(output).toMatch(/^user: copied 300 of 300$/m);
    expect(output).toMatch(/^user: verified 300 of 300$/m);
    expect(output).toMatch(/^outbox_message: 300 rows, digest [0-9a-f]{64}$/m);
    expect(code).toBe(0);
    expect((await contentOf(target))['user']).toHaveLength(accounts);
  });

  it('leaves an empty target when it is killed, and moves everything when it runs again', async () => {
    const holder = new pg.Client({ connectionString: to.url });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${lock})`);
    await holder.query(`
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(${lock}); RETURN NEW; END $$;
      CREATE TRIGGER wait BEFORE INSERT ON "user" EXECUTE FUNCTION wait()`);

    const killed = start();
    await killed.said(/outbox_message: verified 300 of 300/);
    await waitsForLock(holder);
    killed.kill('SIGKILL');
    await killed.ended;
    await holder.query(`SELECT pg_advisory_unlock(${lock})`);
    await holder.end();

    const { code } = await move(...addresses());
    expect(code).toBe(0);
    const content = await contentOf(target);
    expect(content['user']).toHaveLength(accounts);
    expect(content['outbox_message']).toHaveLength(accounts);
  });

  it('names every row that PostgreSQL cannot hold, without its values, and moves nothing', async () => {
    const source = await from.connectWith();
    await source.query(
      `UPDATE "user" SET id = 'account-7', name = 'secret' || char(0), active = 2 WHERE rowid = 7`,
    );
    await source.query(`UPDATE outbox_message SET created_at = 'secret' WHERE seq = 60`);
    await source.destroy();

    const { code, output } = await move(...addresses());
    expect(output.slice(output.indexOf('--from')).trim().split('\n')).toEqual([
      '--from holds 2 rows that PostgreSQL cannot hold:',
      '  outbox_message, seq 60, column created_at: is not a whole number',
      '  user, id account-7, column name: contains a NUL character; column active: is neither 0 nor 1',
      'Nothing was moved. Correct them in the source, and run the move again',
    ]);
    expect(output).not.toMatch(/secret|@example\.com|^ {4}at /m);
    expect(code).toBe(1);
    expect((await contentOf(target))['user']).toHaveLength(0);
  });

  it('moves once when it runs twice concurrently, and refuses the other run', async () => {
    const both = [start(), start()];
    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(([code]) => code);
    expect([...codes].sort()).toEqual([0, 1]);
    expect(both[codes.indexOf(1)]?.output).toMatch(/^--to is not empty/m);
    expect((await contentOf(target))['user']).toHaveLength(accounts);
  });
});

/** Waits until the move has sent the rows of one table and is blocked at those of the next. */
async function waitsForLock(client: pg.Client): Promise<void> {
  const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  while (!(await client.query(waiting)).rowCount) await new Promise((again) => setTimeout(again, 20));
}

describe('move refuses', () => {
  const postgres = 'postgres://stranger:hunter2@127.0.0.1:9/accounts';

  it.each([
    [[], '--from is missing: it must be sqlite:PATH', 2],
    [['--from', 'sqlite:a.db'], '--to is missing: it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE', 2],
    [['--from', postgres, '--to', postgres], '--from must be sqlite:PATH', 2],
    [['--from', 'sqlite:a.db', '--to', 'sqlite:b.db'], '--to must be postgres://', 2],
    [['--from', 'sqlite:none.db', '--to', postgres], '--from names a file that does not exist', 1],
    [
      ['--from', `sqlite:${programPath('package.json')}`, '--to', postgres],
      '--from cannot be read as a SQLite database',
      1,
    ],
    [['--form', 'sqlite:a.db'], "Unknown option '--form'", 2],
  ])('%j', async (args, refusal, exitCode) => {
    const { code, output } = await move(...args);
    expect(output).toContain(refusal);
    expect(output).not.toMatch(/hunter2|^ {4}at /m);
    expect(code).toBe(exitCode);
  });

  it('a target that does not respond, without printing its password', async () => {
    const from = await createDatabase('sqlite');
    await (await withTables(from)).destroy();
    const { code, output } = await move('--from', from.url, '--to', postgres);
    expect(output).toMatch(/^--to cannot be connected to: .*ECONNREFUSED/m);
    expect(output).not.toMatch(/hunter2/);
    expect(code).toBe(1);
    await from.destroy();
  });

  it('nothing with --help', async () => {
    const { code, output } = await move('--help');
    expect(output).toContain('npm run move -- --from sqlite:PATH');
    expect(code).toBe(0);
  });
});
