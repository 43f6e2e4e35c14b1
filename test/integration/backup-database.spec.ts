/**
 * A backup of the embedded database and its restore: what is in the copy, and what is refused.
 * Real: the files, SQLite, the locks of other connections. Fake: nothing.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { backUpDatabase } from '../../src/database/backup/backup-database.js';
import { BackupError } from '../../src/database/backup/backup.errors.js';
import { ProgramHistory } from '../../src/database/backup/program-history.js';
import { restoreDatabase } from '../../src/database/backup/restore-database.js';
import { contentOf, fill, withTables } from '../support/move-databases.js';
import { useDatabase } from '../support/use-database.js';

const rows = 40;

let folder: string;
const database = useDatabase('sqlite', [], { perTest: true });
let service: DataSource;
let history: ProgramHistory;
let file: string;
const backup = () => join(folder, 'accounts.backup');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-backup-'));
  file = database.url.slice('sqlite:'.length);
  service = await withTables(database);
  history = new ProgramHistory(service);
  await fill(service, rows);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const backUp = (to = backup(), replace = false) => backUpDatabase(file, to, { replace, history });
const restore = (to: string, from = backup()) => restoreDatabase(from, to, { history });
const reopened = async (path: string) => database.connectWith({}, `sqlite:${path}`);

/** How a promise was rejected. */
const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(BackupError);
  return (error as Error).message;
};

describe('a backup', () => {
  it('of a database in use holds every row, in one file that only its owner may read', async () => {
    expect(await backUp()).toMatchObject({ user: rows, outbox_message: rows });
    expect(await readdir(folder)).toEqual(['accounts.backup']);
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    expect(await contentOf(await reopened(backup()))).toEqual(await contentOf(service));
  });

  it('reports its progress, in pages and then in rows', async () => {
    const steps: string[] = [];
    const progress = (step: string, done: number, of: number) =>
      steps.push(`${step} ${done === of && of > 0}`);
    await backUpDatabase(file, backup(), { replace: false, history, progress });
    expect(steps.at(-2)).toBe('copied true');
    expect(steps.at(-1)).toBe('verified true');
  });

  it('is one snapshot of the database, whatever is written meanwhile', async () => {
    let isDone = false;
    const writing = (async () => {
      for (let index = 0; !isDone; index++)
        await service.transaction(async (manager) => {
          await manager.query(
            `INSERT INTO "user" (id, name, surname, email, password, active)
             SELECT 'w${index}', name, surname, 'w${index}@example.com', password, active FROM "user" LIMIT 1`,
          );
          await manager.query(
            `INSERT INTO outbox_attempt (message_id, number, started_at, duration, outcome, status, error)
             SELECT 'w${index}', 1, started_at, duration, outcome, status, error FROM outbox_attempt LIMIT 1`,
          );
        });
    })();
    for (let round = 0; round < 5; round++) {
      const to = join(folder, `round-${round}`);
      await backUp(to);
      const copy = await reopened(to);
      const [{ torn }] = await copy.query<[{ torn: number }]>(
        `SELECT count(*) AS torn FROM "user" u WHERE u.id LIKE 'w%'
           AND NOT EXISTS (SELECT 1 FROM outbox_attempt a WHERE a.message_id = u.id)`,
      );
      expect(torn).toBe(0);
    }
    isDone = true;
    await writing;
  });

  it('keeps an existing file, and replaces it on request', async () => {
    await writeFile(backup(), 'mine');
    expect(await refusal(backUp())).toMatch(
      /exists, and was not changed. Name another file, or add --replace/,
    );
    expect(readFileSync(backup(), 'utf8')).toBe('mine');
    await backUp(backup(), true);
    expect(await contentOf(await reopened(backup()))).toEqual(await contentOf(service));
  });

  it('is never written over the database itself, under any name', async () => {
    await symlink(file, backup());
    expect(await refusal(backUp(file, true))).toMatch(/is the database itself/);
    expect(await refusal(backUp(backup(), true))).toMatch(/is the database itself/);
  });

  it('of anything but a database of this service is refused, and leaves nothing behind', async () => {
    const foreign = join(folder, 'foreign.db');
    await writeFile(foreign, 'a text that is long enough to be no header of a database'.repeat(20));
    const from = (path: string) => refusal(backUpDatabase(path, backup(), { replace: false, history }));
    expect(await from(foreign)).toMatch(/damaged or not a SQLite database/);
    await writeFile(foreign, '');
    expect(await from(foreign)).toMatch(/not a database of this service/);
    expect(await from(join(folder, 'missing.db'))).toMatch(/There is no database .*missing.db/);
    expect(await readdir(folder)).toEqual(['foreign.db']);
  });
});

describe('a restore', () => {
  it('creates a database elsewhere from the backup, with all its content', async () => {
    const expected = await contentOf(service);
    await backUp();
    const elsewhere = join(folder, 'new', 'accounts.db');
    expect(await restore(elsewhere)).toMatchObject({
      counts: { user: rows },
      keptAs: undefined,
      pending: [],
    });
    expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
    expect(await contentOf(await reopened(elsewhere))).toEqual(expected);
  });

  it('over a database in use is refused, and both are unchanged', async () => {
    await backUp();
    await service.query(`DELETE FROM "user"`);
    expect(await refusal(restore(file))).toMatch(/is in use: stop the service/);
    expect(await service.query('SELECT 1 FROM "user"')).toEqual([]);
    expect(await contentOf(await reopened(backup()))).toMatchObject({ user: { length: rows } });
  });

  it('keeps the previous database, with the content of its log', async () => {
    await backUp();
    await service.query(`DELETE FROM outbox_attempt`);
    await copyLiveFiles(file, join(folder, 'killed.db'));
    await service.destroy();
    const killed = join(folder, 'killed.db');
    const { keptAs = '' } = await restore(killed);
    expect(existsSync(`${killed}-wal`)).toBe(false);
    const kept = await reopened(keptAs);
    expect(await kept.query('SELECT 1 FROM outbox_attempt')).toEqual([]);
    const restored = await reopened(killed);
    expect(await restored.query('SELECT 1 FROM outbox_attempt')).not.toEqual([]);
  });

  it('keeps each previous database, however quickly restores follow each other', async () => {
    await backUp();
    const { length: all } = await service.query('SELECT 1 FROM outbox_attempt');
    await service.query(`DELETE FROM outbox_attempt`);
    await service.destroy();
    const now = new Date();
    const kept: string[] = [];
    for (let count = 0; count < 3; count++)
      kept.push((await restoreDatabase(backup(), file, { history, now })).keptAs ?? '');

    const attempts: number[] = [];
    for (const path of kept)
      attempts.push((await (await reopened(path)).query('SELECT 1 FROM outbox_attempt')).length);
    expect(attempts).toEqual([0, all, all]);
  });

  it.each([
    ['is damaged', async () => damage(backup()), /is damaged/],
    [
      'is cut short',
      async () => writeFile(backup(), readFileSync(backup()).subarray(0, 9_000)),
      /is damaged/,
    ],
    [
      'is not a database',
      async () => writeFile(backup(), 'no database at all'.repeat(100)),
      /not a SQLite database/,
    ],
    ['is empty', async () => writeFile(backup(), ''), /not a database of this service/],
    ['is not there', async () => rm(backup()), /There is no file/],
    ['has a log beside it', async () => writeFile(`${backup()}-wal`, 'log'), /is not a finished backup/],
  ])('of a file that %s is refused, and the database is unchanged', async (_, spoil, reason) => {
    await backUp();
    await service.destroy();
    await spoil();
    const before = readFileSync(file);
    expect(await refusal(restore(file))).toMatch(reason);
    expect(readFileSync(file)).toEqual(before);
  });

  it('of a backup of a newer version is refused, with the names of its migrations', async () => {
    await service.query(`INSERT INTO migrations (timestamp, name) VALUES (9, 'Future9')`);
    await service.destroy();
    await copyFile(file, backup());
    expect(await refusal(restore(join(folder, 'new.db')))).toMatch(/newer version .* ran Future9/);
  });

  it('replaces a damaged database, and keeps it', async () => {
    await backUp();
    await service.destroy();
    await writeFile(file, 'no database any more');
    const { keptAs = '' } = await restore(file);
    expect(readFileSync(keptAs, 'utf8')).toBe('no database any more');
    expect(await contentOf(await reopened(file))).toMatchObject({ user: { length: rows } });
  });

  it('through a link replaces the target of the link', async () => {
    await backUp();
    await service.destroy();
    const path = join(folder, 'link.db');
    await symlink(file, path);
    const { keptAs = '' } = await restore(path);
    expect(keptAs.startsWith(file)).toBe(true);
    expect(await contentOf(await reopened(path))).toMatchObject({ user: { length: rows } });
  });
});

/** As a killed process leaves them. */
async function copyLiveFiles(from: string, to: string): Promise<void> {
  for (const suffix of ['', '-wal']) await copyFile(from + suffix, to + suffix);
}

/** Damages the file after its first page. */
async function damage(path: string): Promise<void> {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 5_000, 30_000);
  await writeFile(path, bytes);
}
