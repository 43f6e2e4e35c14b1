/**
 * The files of an embedded database: the length of its log, copies of it, and files that are moved away.
 * Real: the files, SQLite, a second connection that forgets its transaction. Fake: nothing.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const database = useDatabase('sqlite', ledgerEntities, { perTest: true });
let dataSource: DataSource;
let accounts: AccountRepository;
let file: string;
let folder: string;
let logged: string[];

beforeEach(async () => {
  logged = [];
  const log = (message: unknown) => void logged.push(String(message));
  Logger.overrideLogger({ log, error: log, warn: log });
  folder = await mkdtemp(join(tmpdir(), 'accounts-file-'));
  file = database.url.slice('sqlite:'.length);
  dataSource = database.dataSource;
  accounts = new AccountRepository(dataSource);
});
afterEach(async () => {
  Logger.overrideLogger(['log', 'error', 'warn']);
  await rm(folder, { recursive: true });
});

const walSize = () => statSync(`${file}-wal`).size;

describe('The write-ahead log', () => {
  it('is checkpointed when the service is idle, so that a copy of the file alone contains everything', async () => {
    for (let id = 0; id < 50; id++) await accounts.create({ id, balance: id });
    await until('the log is empty', async () => walSize() === 0);
    await copyFile(file, join(folder, 'copy.db'));
    const copy = await database.connect(ledgerEntities, {
      DATABASE_URL: `sqlite:${join(folder, 'copy.db')}`,
    });
    expect(await new AccountRepository(copy).count()).toBe(50);
  });

  it('that grows because of a forgotten reader is reported, and is short again once the reader is gone', async () => {
    await dataSource.query('CREATE TABLE ballast (bytes BLOB)');
    const forgotten = await SqliteConnection.open(file, 'read-only');
    await forgotten.rows('BEGIN');
    await forgotten.rows('SELECT count(*) FROM account');
    for (let round = 0; round < 9; round++)
      await dataSource.query('INSERT INTO ballast VALUES (randomblob(8 * 1024 * 1024))');
    await until('it is reported', async () => logged.some((line) => /-wal has grown to \d+ MiB/.test(line)));
    await accounts.create({ id: 1, balance: 1 });
    await forgotten.rows('ROLLBACK');
    await forgotten.close();
    await until('the log is empty', async () => walSize() === 0);
    expect(await accounts.count()).toBe(1);
    expect(logged.filter((line) => line.includes('has grown'))).toHaveLength(1);
  });
});

describe.each([
  ['moved', () => rename(file, join(folder, 'moved.db'))],
  ['deleted', () => rm(file)],
  [
    'replaced',
    async () => {
      await copyFile(file, join(folder, 'other.db'));
      await rename(join(folder, 'other.db'), file);
    },
  ],
  ['left without its log', () => rm(`${file}-wal`)],
])('A database file that is %s while it is in use', (_, take) => {
  it('is detected, and nothing more is written or read', async () => {
    await accounts.create({ id: 1, balance: 1 });
    await take();
    await until('it is logged', async () =>
      logged.some((line) => /was moved, deleted or replaced while this process has it open/.test(line)),
    );
    const worker = new LedgerWorker(dataSource);
    for (const work of [
      () => accounts.create({ id: 2, balance: 2 }),
      () => accounts.count(),
      () => worker.run(({ account }) => account.create({ id: 2, balance: 2 })),
      () => worker.run(({ account }) => account.count(), { readOnly: true }),
    ]) {
      const error = await work().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UnavailableError);
      expect((error as Error).message).toMatch(/its file was moved, deleted or replaced/);
    }
  });
});

describe('A database file that is overwritten in place', () => {
  const atRest = () => until('the log is empty', async () => walSize() === 0);
  /** File systems distinguish times only if they are some milliseconds apart. */
  const laterByItsClock = () =>
    until('the clock of the file system has moved on', async () => {
      await writeFile(join(folder, 'clock'), '');
      return statSync(join(folder, 'clock')).mtimeMs > statSync(file).mtimeMs;
    });

  it('is detected once the log is empty, and nothing is mixed into it', async () => {
    await accounts.create({ id: 1, balance: 1 });
    await atRest();
    await copyFile(file, join(folder, 'old.db'));
    await accounts.create(Array.from({ length: 500 }, (_, id) => ({ id: id + 2, balance: 0 })));
    await atRest();
    await laterByItsClock();
    await accounts.count();

    await copyFile(join(folder, 'old.db'), file);
    await until('it is logged', async () =>
      logged.some((line) => /was overwritten by another program while this process has it open/.test(line)),
    );
    for (const work of [() => accounts.create({ id: 999, balance: 2 }), () => accounts.count()])
      await expect(work()).rejects.toThrow(UnavailableError);
    await dataSource.destroy();
    expect(readFileSync(file)).toEqual(readFileSync(join(folder, 'old.db')));
    expect(await new AccountRepository(await database.connect(ledgerEntities)).list()).toMatchObject([
      { id: 1 },
    ]);
  });

  it('is distinguished from one that SQLite writes to, in this process and in others', async () => {
    const other = await database.connect(ledgerEntities);
    const outsider = await SqliteConnection.open(file, 'read-write');
    for (let round = 0; round < 30; round++) {
      // More than the thousand pages after which a commit checkpoints the log.
      await (round % 2 ? dataSource : other).query('CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)');
      await (round % 2 ? other : dataSource).query('INSERT INTO ballast VALUES (randomblob(5000000))');
      await outsider.rows(`PRAGMA wal_checkpoint(${round % 3 ? 'TRUNCATE' : 'PASSIVE'})`);
      await (round % 2 ? dataSource : other).query('DELETE FROM ballast');
      expect(await accounts.count()).toBe(0);
      if (round % 10 === 0) await atRest();
    }
    await outsider.close();
    expect(logged).toEqual([]);
  });
});

describe('A database file that is moved and put back', () => {
  it('can be used again', async () => {
    await rename(file, join(folder, 'moved.db'));
    await expect(accounts.count()).rejects.toThrow(UnavailableError);
    await rename(join(folder, 'moved.db'), file);
    await accounts.create({ id: 1, balance: 1 });
    expect(await accounts.count()).toBe(1);
  });
});

describe('A start', () => {
  it('on a log whose database is missing is refused, and the log is kept', async () => {
    const path = join(folder, 'gone.db');
    await writeFile(`${path}-wal`, 'commits');
    const start = database.connect(ledgerEntities, { DATABASE_URL: `sqlite:${path}` });
    await expect(start).rejects.toThrow(/There is .*-wal, but no database .*Put it back, restore a backup/);
    expect(existsSync(path)).toBe(false);
    expect(statSync(`${path}-wal`).size).toBe(7);
  });
});
