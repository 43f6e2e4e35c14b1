/**
 * What our SQLite driver relies on and promises. It is built on internal classes of TypeORM and on the `sqlite3` package, so
 * a new version of either must pass here first.
 * Real: TypeORM, the driver, the sqlite3 package, files on disk. Fake: nothing; where a disk or a lock fails, it is made
 * to fail for real.
 */
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { DataSource, MigrationInterface } from 'typeorm';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import {
  Child,
  FailHalfway1700000000001,
  Parent,
  RebuildParent1700000000000,
  Sample,
  sampleEntities,
} from '../support/samples.js';
import { useDatabase } from '../support/use-database.js';

const database = useDatabase('sqlite', sampleEntities, { perTest: true });
let dataSource: DataSource;
const file = () => database.url.replace('sqlite:', '');
const sample = (text: string): Sample => ({ flag: true, big: 1, bytes: new Uint8Array([1]), text });
const samples = () => dataSource.getRepository(Sample);

beforeEach(() => {
  dataSource = database.dataSource;
});

describe('A connection', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
  ])('has %s = %s, to read and to write', async (setting, value) => {
    for (const access of ['read-write', 'read-only'] as const) {
      const connection = await SqliteConnection.open(file(), access);
      expect(Object.values((await connection.rows(`PRAGMA ${setting}`))[0] ?? {})).toEqual([value]);
      await connection.close();
    }
  });

  it('opens a new file concurrently with nine others', async () => {
    for (let round = 0; round < 20; round++) {
      const opened = await Promise.all(
        Array.from({ length: 10 }, () => SqliteConnection.open(`${file()}-${round}`, 'read-write')),
      );
      for (const connection of opened) await connection.close();
    }
  });

  it('keeps at most a hundred statements prepared, and closes with none left open', async () => {
    const finalized = jest.spyOn(sqlite3.Statement.prototype, 'finalize');
    const connection = await SqliteConnection.open(file(), 'read-write');
    finalized.mockClear();
    for (let number = 0; number < 250; number++) await connection.rows(`SELECT ${number}`);
    expect(finalized).toHaveBeenCalledTimes(150);
    await connection.rows('SELECT 249');
    expect(finalized).toHaveBeenCalledTimes(150);
    await connection.close();
    expect(finalized).toHaveBeenCalledTimes(250);
    finalized.mockRestore();
  });

  it('prepares a statement once for many concurrent uses', async () => {
    const prepared = jest.spyOn(sqlite3.Database.prototype, 'prepare');
    const connection = await SqliteConnection.open(file(), 'read-write');
    await Promise.all(Array.from({ length: 20 }, () => connection.rows('SELECT 1')));
    expect(prepared).toHaveBeenCalledTimes(1);
    await connection.close();
    prepared.mockRestore();
  });

  it('forgets a statement that could not be prepared', async () => {
    const connection = await SqliteConnection.open(file(), 'read-write');
    await expect(connection.rows('SELECT * FROM later')).rejects.toThrow(/no such table/);
    await connection.write('CREATE TABLE later (id INTEGER)');
    expect(await connection.rows('SELECT * FROM later')).toEqual([]);
    await connection.close();
  });

  it('commits after a cached statement failed on the lock of another process', async () => {
    await dataSource.getRepository(Parent).insert({ id: 1, name: 'a' });
    const [connection, other] = [
      await SqliteConnection.open(file(), 'read-write'),
      await SqliteConnection.open(file(), 'read-write'),
    ];
    await other.write('BEGIN IMMEDIATE');
    await expect(connection.rows(`UPDATE parent SET name = 'b' RETURNING id`)).rejects.toMatchObject({
      code: 'SQLITE_BUSY',
    });
    await expect(connection.write(`UPDATE parent SET name = 'c'`)).rejects.toMatchObject({
      code: 'SQLITE_BUSY',
    });
    await other.write('ROLLBACK');
    await connection.write('BEGIN IMMEDIATE');
    await connection.write(`INSERT INTO parent (id, name) VALUES (2, 'd')`);
    await connection.write('COMMIT');
    expect(await other.rows('SELECT name FROM parent')).toEqual([{ name: 'a' }, { name: 'd' }]);
    await connection.close();
    await other.close();
  });

  it('reuses a cached statement after the table has changed', async () => {
    await dataSource.query('SELECT * FROM parent');
    await dataSource.query('ALTER TABLE parent ADD COLUMN more varchar DEFAULT 7');
    await dataSource.query(`INSERT INTO parent (id, name) VALUES (1, 'a')`);
    expect(await dataSource.query('SELECT * FROM parent')).toEqual([{ id: 1, name: 'a', more: '7' }]);
  });

  it('is replaced when it cannot even roll back, and retries when that fails too', async () => {
    const connection = await SqliteConnection.open(file(), 'read-write');
    await connection.write('BEGIN IMMEDIATE');
    // Like a broken handle: every call fails.
    const gone = jest.spyOn(connection, 'write').mockRejectedValueOnce(new Error('SQLITE_IOERR'));
    const open = jest.spyOn(sqlite3, 'Database').mockImplementationOnce(function (_file, _mode, opened) {
      process.nextTick(() => opened?.(new Error('SQLITE_CANTOPEN')));
      return {} as sqlite3.Database;
    });
    await expect(connection.rollBack()).rejects.toThrow('SQLITE_CANTOPEN');
    open.mockRestore();
    gone.mockRestore();
    expect(await connection.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    // The lock of the old handle is gone with it.
    await samples().insert(sample('a'));
    await connection.close();
  });
});

describe('A query runner', () => {
  it('refuses a statement after its release, and never runs it outside', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const late = runner.manager;
    await runner.release();
    await expect(runner.query('SELECT 1')).rejects.toThrow(QueryRunnerAlreadyReleasedError);
    await expect(late.insert(Sample, sample('a'))).rejects.toThrow();
    expect(await samples().count()).toBe(0);
  });

  it('rolls back uncommitted work at its release, and at the end of `await using`', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.manager.insert(Sample, sample('a'));
    await runner.release();
    await runner.release();
    {
      await using disposed = dataSource.createQueryRunner();
      await disposed.startTransaction();
      await disposed.manager.insert(Sample, sample('b'));
    }
    expect(await samples().count()).toBe(0);
    await samples().insert(sample('c'));
  });

  it('nests transactions as savepoints: the inner one undone, the outer one kept', async () => {
    await dataSource.transaction(async (manager) => {
      await manager.insert(Sample, sample('outer'));
      const inner = manager.transaction(async (nested) => {
        await nested.insert(Sample, sample('inner'));
        throw new Error('undo');
      });
      await expect(inner).rejects.toThrow('undo');
      await manager.transaction((nested) => nested.insert(Sample, sample('second')));
    });
    expect((await samples().find({ order: { id: 'ASC' } })).map(({ text }) => text)).toEqual([
      'outer',
      'second',
    ]);
  });

  it('separates transactions of two runners: the second begins when the first has ended', async () => {
    const [first, second] = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    const order: string[] = [];
    await first.startTransaction();
    const begun = second.startTransaction().then(() => order.push('second began'));
    await first.manager.insert(Sample, sample('a'));
    await first.rollbackTransaction();
    order.push('first ended');
    await begun;
    await second.commitTransaction();
    expect(order).toEqual(['first ended', 'second began']);
    await first.release();
    await second.release();
  });

  it('runs the statements of a Promise.all one after another on its own connection', async () => {
    await dataSource.transaction((manager) =>
      Promise.all(Array.from({ length: 50 }, (_, number) => manager.insert(Sample, sample(`${number}`)))),
    );
    expect(await samples().count()).toBe(50);
  });

  it('frees the connection when BEGIN fails because another process holds the lock', async () => {
    const other = await SqliteConnection.open(file(), 'read-write');
    await other.write('BEGIN IMMEDIATE');
    const runner = dataSource.createQueryRunner();
    await expect(runner.startTransaction()).rejects.toMatchObject({ code: 'repository.unavailable' });
    expect(runner.isTransactionActive).toBe(false);
    await other.close();
    await samples().insert(sample('a'));
    await runner.release();
  });

  it('returns rows, affected rows and new ids as TypeORM expects them', async () => {
    const { identifiers } = await samples().insert([sample('a'), sample('b')]);
    expect(identifiers).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await samples().update({ flag: true }, { flag: false })).affected).toBe(2);
    expect((await samples().update({ text: 'none' }, { flag: true })).affected).toBe(0);
    const runner = dataSource.createQueryRunner();
    const structured = (sql: string) => runner.query(sql, [], true);
    expect(await structured('DELETE FROM sample WHERE id = 1 RETURNING text')).toMatchObject({
      records: [{ text: 'a' }],
    });
    expect(
      await structured(`WITH new(name) AS (VALUES ('x')) INSERT INTO parent SELECT 7, name FROM new`),
    ).toMatchObject({ affected: 1, raw: 7 });
    await runner.release();
  });

  it('throws a TypeORM error for an invalid statement, with the driver error as its cause', async () => {
    const runner = dataSource.createQueryRunner();
    await expect(runner.query('SELEKT 1')).rejects.toMatchObject({
      driverError: { code: 'SQLITE_ERROR', message: expect.stringContaining('syntax error') },
    });
    await runner.release();
  });
});

describe('Values', () => {
  it.each<[string, Partial<Sample>]>([
    ['true', { flag: true }],
    ['false', { flag: false }],
    ['the largest safe whole number', { big: Number.MAX_SAFE_INTEGER }],
    ['the moment of today in milliseconds', { big: 1_764_000_000_123 }],
    ['bytes, including invalid text', { bytes: Buffer.from([0, 255, 10, 0]) }],
    ['no bytes', { bytes: Buffer.alloc(0) }],
    ['text with NUL, quotes and emoji', { text: `a\0b'c"d--🙂` }],
    ['null', { nothing: null }],
  ])('%s comes back as it went in', async (_what, value) => {
    await samples().insert({ ...sample('a'), ...value });
    expect(await samples().findOneByOrFail({ id: 1 })).toMatchObject(value);
  });

  it('booleans and bigints can be used in conditions', async () => {
    await samples().insert([
      { ...sample('a'), flag: false, big: 5 },
      { ...sample('b'), flag: true, big: 6n },
    ]);
    expect(await samples().countBy({ flag: false })).toBe(1);
    expect(await samples().findOneByOrFail({ big: 6n })).toMatchObject({ text: 'b' });
    expect(await dataSource.query('SELECT text FROM sample WHERE flag = ?', [true])).toEqual([{ text: 'b' }]);
  });

  it('a bigint beyond doubles is stored exactly; read it as text, because a number is rounded', async () => {
    await samples().insert({ ...sample('a'), big: 9_007_199_254_740_993n });
    const [row] = await dataSource.query<object[]>(
      'SELECT typeof(big) AS type, CAST(big AS TEXT) AS text FROM sample',
    );
    expect(row).toEqual({ type: 'integer', text: '9007199254740993' });
    expect(await samples().countBy({ big: 9_007_199_254_740_993n })).toBe(1);
  });

  it('a bigint beyond doubles is refused with the remedy where the package has rounded it', async () => {
    await samples().insert({ ...sample('a'), big: 9_007_199_254_740_993n });
    await expect(samples().find()).rejects.toThrow(
      /^sample\.big holds .*: read it through a table repository/,
    );
    await samples().insert({ ...sample('b'), big: Number.MAX_SAFE_INTEGER });
    expect(await samples().findOneByOrFail({ text: 'b' })).toMatchObject({ big: Number.MAX_SAFE_INTEGER });
  });

  it('an invalid Date is refused as a parameter', async () => {
    await expect(dataSource.query('SELECT ?', [new Date(NaN)])).rejects.toThrow(/Date that is invalid/);
  });

  it('bytes of any view are stored as bytes', async () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    await samples().insert({ ...sample('a'), bytes: whole.subarray(1, 3) });
    expect(await dataSource.query('SELECT hex(bytes) AS hex FROM sample')).toEqual([{ hex: '0203' }]);
  });

  it('numbers are bound, so that a statement is prepared once, whatever the time is', () => {
    const { driver } = dataSource;
    expect(driver.escapeQueryWithParameters('a = :a AND b IN (:...b)', { a: 1_764e9, b: [1, 2] })).toEqual([
      'a = ? AND b IN (?, ?)',
      [1_764e9, 1, 2],
    ]);
  });

  it.each<[string, unknown]>([
    ['NaN', NaN],
    ['object', { a: 1 }],
    ['list', [1, 2]],
    ['function', () => 1],
    ['symbol', Symbol('a')],
  ])('a %s is refused with the remedy, and never stored as "[object Object]"', async (kind, value) => {
    await expect(dataSource.query('SELECT ?', [value])).rejects.toThrow(
      `SQLite has no type for a ${kind}: pass text`,
    );
  });

  it('of a statement never become part of it', async () => {
    const hostile = `'); DROP TABLE sample; --`;
    await samples().insert(sample(hostile));
    expect(await samples().findOneByOrFail({ text: hostile })).toMatchObject({ id: 1 });
  });
});

describe('Migrations', () => {
  const foreignKeys = async () => {
    const runner = dataSource.createQueryRunner();
    const [row] = (await runner.query('PRAGMA foreign_keys')) as { foreign_keys: number }[];
    await runner.release();
    return row?.foreign_keys;
  };
  const children = () => dataSource.getRepository(Child).count();
  const withMigration = (migration: MigrationInterface) =>
    Object.assign(dataSource, { migrations: [migration] });

  beforeEach(async () => {
    await dataSource.getRepository(Parent).insert({ id: 1, name: 'a' });
    await dataSource.getRepository(Child).insert({ id: 1, parent: { id: 1 } });
  });

  it.each(['all', 'each'] as const)(
    'rebuild a parent table without emptying its children, up and down (transaction: %s)',
    async (transaction) => {
      withMigration(new RebuildParent1700000000000());
      await dataSource.runMigrations({ transaction });
      expect(await children()).toBe(1);
      expect(await foreignKeys()).toBe(1);
      await dataSource.undoLastMigration({ transaction });
      expect(await children()).toBe(1);
      expect(await foreignKeys()).toBe(1);
      await dataSource.getRepository(Parent).delete({ id: 1 });
      expect(await children()).toBe(0);
    },
  );

  it.each(['all', 'each'] as const)(
    'that fail leave the schema as it was, foreign keys on and the connection free (transaction: %s)',
    async (transaction) => {
      withMigration(new FailHalfway1700000000001());
      jest.spyOn(dataSource.logger, 'logMigration').mockReturnValue(undefined);
      await expect(dataSource.runMigrations({ transaction })).rejects.toThrow('halfway');
      expect(await foreignKeys()).toBe(1);
      expect(await children()).toBe(1);
      await expect(
        dataSource.query('INSERT INTO child (id, "parentId") VALUES (2, 99)'),
      ).rejects.toMatchObject({
        code: 'repository.integrity',
      });
      await expect(dataSource.query('INSERT INTO parent (id, name) VALUES (2, NULL)')).rejects.toThrow();
    },
  );
});
