/**
 * Every statement of a text runs on SQLite, or none does; and the engine decides what a statement returns.
 * Real: TypeORM, the driver, the sqlite3 package, a file; PostgreSQL where both must agree. Fake: nothing.
 */
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { sqliteStatements } from '../../src/database/sqlite/sqlite-statements.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

@Entity('returning')
class Returning {
  @PrimaryColumn('integer')
  id!: number;

  @Column('varchar', { nullable: true })
  returning!: string | null;
}

class ReturningRepository extends SqlTableRepository<Returning> {
  protected readonly entity = Returning;
}

const texts = (sql: string) => sqliteStatements(sql).map((statement) => statement.sql);

describe('sqliteStatements', () => {
  it.each<[string, string, string[]]>([
    ['one statement', 'SELECT 1', ['SELECT 1']],
    ['a last semicolon', 'SELECT 1 ; ', ['SELECT 1 ']],
    ['many semicolons', ';;SELECT 1;; ;SELECT 2;;', ['SELECT 1', 'SELECT 2']],
    ['nothing', ' ; -- nothing\n/* at all */', []],
    ['comments around and behind', '-- a;\nSELECT 1 /* ; */; -- b;', ['SELECT 1 /* ; */']],
    ['a comment without an end', 'SELECT 1; /* SELECT 2;', ['SELECT 1']],
    ['text with semicolons', `SELECT ';''; ' ; SELECT 2`, [`SELECT ';''; ' `, 'SELECT 2']],
    ['text with comment signs', `SELECT '--', '/*'; SELECT 2`, [`SELECT '--', '/*'`, 'SELECT 2']],
    ['quoted names with semicolons', 'SELECT ";", [;], `;`; SELECT 2', ['SELECT ";", [;], `;`', 'SELECT 2']],
    [
      'a trigger, and what follows it',
      `CREATE TRIGGER a AFTER INSERT ON b BEGIN UPDATE b SET c = CASE d WHEN 1 THEN 2 END; DELETE FROM e; END; SELECT 2`,
      [
        'CREATE TRIGGER a AFTER INSERT ON b BEGIN UPDATE b SET c = CASE d WHEN 1 THEN 2 END; DELETE FROM e; END',
        'SELECT 2',
      ],
    ],
    [
      'a temporary trigger in small letters without a last semicolon',
      'create /* ; */ temp trigger a after insert on b begin select 1; end',
      ['create /* ; */ temp trigger a after insert on b begin select 1; end'],
    ],
    [
      'a table called trigger',
      'CREATE TABLE "trigger" (a); SELECT 2',
      ['CREATE TABLE "trigger" (a)', 'SELECT 2'],
    ],
    ['a byte order mark', '\ufeffSELECT 1;\ufeff', ['SELECT 1']],
  ])('splits %s', (_, sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  it('finds the first keyword, whatever precedes it', () => {
    expect(sqliteStatements('/* a */ -- b\n ; (select 1); update a set b = 1')).toMatchObject([
      { keyword: '' },
      { keyword: 'UPDATE' },
    ]);
    expect(sqliteStatements('/* a */ with a as (select 1) select 2')[0]?.keyword).toBe('WITH');
  });

  it('refuses a NUL, after which SQLite would read nothing', () => {
    expect(() => sqliteStatements('SELECT 1\0; SELECT 2')).toThrow(/NUL/);
  });
});

describe('A text on SQLite', () => {
  const database = useDatabase('sqlite', [Returning]);
  let dataSource: DataSource;
  const values = async () =>
    (
      await dataSource.query<Returning[]>(
        'SELECT * FROM returning ORDER BY id'.replace('returning', '"returning"'),
      )
    ).map((row) => row.returning);

  beforeAll(() => {
    dataSource = database.dataSource;
  });
  beforeEach(async () => {
    await dataSource.query('DROP TRIGGER IF EXISTS doubled; DROP TABLE IF EXISTS log');
    await dataSource.query(`DELETE FROM "returning"; INSERT INTO "returning" VALUES (1, 'a'), (2, 'b')`);
  });

  it.each([
    [
      'plain',
      `UPDATE "returning" SET "returning" = 'x' WHERE id = 1; UPDATE "returning" SET "returning" = 'y' WHERE id = 2`,
    ],
    [
      'with comments, text with semicolons and a last semicolon',
      `-- first;\nUPDATE "returning" SET "returning" = replace('x;', ';', '') WHERE id = 1; /* ; */
       UPDATE "returning" SET "returning" = 'y' WHERE id = 2; -- done;`,
    ],
  ])('runs every statement of it: %s', async (_, sql) => {
    await dataSource.query(sql);
    expect(await values()).toEqual(['x', 'y']);
  });

  it('creates a trigger of several statements, and continues after it', async () => {
    await dataSource.query(`
      CREATE TABLE log (n integer);
      CREATE TRIGGER doubled AFTER UPDATE ON "returning" BEGIN
        INSERT INTO log VALUES (NEW.id); INSERT INTO log VALUES (NEW.id * 10);
      END;
      UPDATE "returning" SET "returning" = 'x' WHERE id = 2;`);
    expect(await dataSource.query('SELECT n FROM log')).toEqual([{ n: 2 }, { n: 20 }]);
  });

  it('runs completely or not at all, also outside of a transaction', async () => {
    const text = `UPDATE "returning" SET "returning" = 'x'; INSERT INTO "returning" VALUES (1, 'again')`;
    await expect(dataSource.query(text)).rejects.toMatchObject({ code: 'repository.already-exists' });
    expect(await values()).toEqual(['a', 'b']);
    await dataSource.query(`UPDATE "returning" SET "returning" = 'z'`);
  });

  it.each(databaseKinds)(
    'of several statements with parameters is refused before any runs: %s',
    async (kind) => {
      const other = kind === 'sqlite' ? database : await createDatabase(kind);
      try {
        const source = await other.connect([Returning]);
        await source.synchronize();
        const text = `UPDATE "returning" SET "returning" = ${kind === 'sqlite' ? '?' : '$1'}; UPDATE "returning" SET id = 1`;
        await expect(source.query(text, ['x'])).rejects.toThrow(/2 statements|multiple commands/);
        expect(await values()).toEqual(['a', 'b']);
      } finally {
        if (kind !== 'sqlite') await other.destroy();
      }
    },
  );

  it('of one statement with parameters may end with a semicolon and a comment', async () => {
    await dataSource.query(`UPDATE "returning" SET "returning" = ? WHERE id = ?; -- done`, ['x', 1]);
    expect(await values()).toEqual(['x', 'b']);
  });

  it('of nothing but comments returns nothing', async () => {
    expect(await dataSource.query('-- nothing\n;')).toEqual([]);
  });

  it('returns the result of its last statement', async () => {
    expect(
      await dataSource.query(
        `UPDATE "returning" SET "returning" = 'x'; SELECT count(*) AS n FROM "returning"`,
      ),
    ).toEqual([{ n: 2 }]);
    expect(await dataSource.query('SELECT 1 AS n; SELECT 2 AS n;')).toEqual([{ n: 2 }]);
  });

  it.each(['BEGIN', 'commit', '/* a */ ROLLBACK', 'SAVEPOINT a', 'RELEASE a', 'END'])(
    'that begins a transaction that nothing would end is refused: %s',
    async (sql) => {
      await expect(dataSource.query(sql)).rejects.toThrow(/dataSource\.transaction/);
      const text = `UPDATE "returning" SET "returning" = 'x'; ${sql}`;
      await expect(dataSource.transaction((manager) => manager.query(text))).rejects.toThrow(/among several/);
      expect(await values()).toEqual(['a', 'b']);
    },
  );

  it('with a NUL is refused', async () => {
    await expect(dataSource.query('DELETE FROM "returning"\0 WHERE id = 1')).rejects.toThrow(/NUL/);
    expect(await values()).toEqual(['a', 'b']);
  });

  it('in a migration runs completely, and a migration whose text fails is not recorded', async () => {
    class Both1700000000000 implements MigrationInterface {
      async up(runner: QueryRunner) {
        await runner.query(
          `CREATE TABLE IF NOT EXISTS m (id text, n text); DELETE FROM m; INSERT INTO m VALUES ('1', ''), ('2', '')`,
        );
        await runner.query(`UPDATE m SET n = 'x' WHERE id = '1'; UPDATE m SET n = 'y' WHERE id = '2'`);
      }
      async down() {}
    }
    class Half1700000000001 implements MigrationInterface {
      async up(runner: QueryRunner) {
        await runner.query(`UPDATE m SET n = 'z' WHERE id = '1'; UPDATE nowhere SET n = 'y'`);
      }
      async down() {}
    }
    const fresh = await createDatabase('sqlite');
    try {
      const first = await fresh.connectWith({ entities: [], migrations: [Both1700000000000] });
      expect(await migrateSchema(first)).toMatchObject({ ran: ['Both1700000000000'] });
      const second = await fresh.connectWith({
        entities: [],
        migrations: [Both1700000000000, Half1700000000001],
      });
      await expect(migrateSchema(second)).rejects.toThrow(/Half1700000000001/);
      expect(await second.query('SELECT n FROM m ORDER BY id')).toEqual([{ n: 'x' }, { n: 'y' }]);
      expect(await second.query('SELECT name FROM migrations')).toEqual([{ name: 'Both1700000000000' }]);
    } finally {
      await fresh.destroy();
    }
  });
});

describe('What a statement answers on SQLite', () => {
  const database = useDatabase('sqlite', [Returning]);
  let dataSource: DataSource;
  const structured = async (sql: string, parameters: unknown[] = []) => {
    const runner = dataSource.createQueryRunner();
    try {
      return await runner.query(sql, parameters, true);
    } finally {
      await runner.release();
    }
  };

  beforeAll(() => {
    dataSource = database.dataSource;
  });
  beforeEach(() =>
    dataSource.query(`DELETE FROM "returning"; INSERT INTO "returning" VALUES (1, 'a'), (2, 'b')`),
  );

  it.each<[string, number]>([
    [`UPDATE "returning" SET "returning" = 'x'`, 2],
    [`update "returning" set [returning] = 'x' where id = 1`, 1],
    ['DELETE FROM "returning" WHERE "returning" <> \'returning\'', 2],
    [`UPDATE "returning" SET "returning" = 'no RETURNING here' -- RETURNING id`, 2],
    [
      `WITH some AS (SELECT 1 AS id) UPDATE "returning" SET "returning" = 'x' WHERE id IN (SELECT id FROM some)`,
      1,
    ],
    [
      `/* SELECT */ with some as (select 2 as id) delete from "returning" where id in (select id from some)`,
      1,
    ],
    [`INSERT INTO "returning" SELECT id + 10, "returning" FROM "returning"`, 2],
    [`REPLACE INTO "returning" VALUES (1, 'x')`, 1],
    [`WITH n(id) AS (VALUES (7)) REPLACE INTO "returning" SELECT id, 'x' FROM n`, 1],
    [`INSERT INTO "returning" VALUES (1, 'x') ON CONFLICT DO NOTHING`, 0],
    [`INSERT INTO "returning" VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET "returning" = 'y'`, 1],
  ])('is how many rows it changed: %s', async (sql, affected) => {
    const result = await structured(sql);
    expect(result.affected).toBe(affected);
    expect(Array.isArray(result.raw)).toBe(false);
  });

  it.each<[string, object[]]>([
    [`SELECT "returning" FROM "returning" WHERE id = 1`, [{ returning: 'a' }]],
    [`  -- comment\n select id from "returning" where id > 5`, []],
    ['VALUES (1)', [{ column1: 1 }]],
    ['WITH a(n) AS (VALUES (1)) SELECT n FROM a', [{ n: 1 }]],
    [`WITH a(n) AS (VALUES (1)) SELECT replace('insert', 'i', 'I') AS n FROM a`, [{ n: 'Insert' }]],
    [`INSERT INTO "returning" VALUES (3, 'c'), (4, 'd') RETURNING id`, [{ id: 3 }, { id: 4 }]],
    [`update "returning" set "returning" = 'x' where id = 1 returning "returning"`, [{ returning: 'x' }]],
    [`UPDATE "returning" SET "returning" = 'x' WHERE id = 9 RETURNING id`, []],
    [`WITH a AS (SELECT 1) DELETE FROM "returning" WHERE id = 2 RETURNING id`, [{ id: 2 }]],
    ['PRAGMA user_version', [{ user_version: 0 }]],
  ])('is its rows: %s', async (sql, rows) => {
    const result = await structured(sql);
    expect(result.records).toEqual(rows);
    expect(result.raw).toEqual(rows);
    expect(result.affected).toBe(rows.length);
  });

  it('is a program for EXPLAIN, which changes nothing', async () => {
    const { records } = await structured(`EXPLAIN UPDATE "returning" SET "returning" = 'x'`);
    expect(records.length).toBeGreaterThan(3);
    expect(await dataSource.query(`SELECT "returning" AS r FROM "returning"`)).toEqual([
      { r: 'a' },
      { r: 'b' },
    ]);
  });

  it('is nothing for a change of the schema, and never the count of the statement before', async () => {
    await structured(`UPDATE "returning" SET "returning" = 'x'`);
    expect((await structured('CREATE TABLE other (id integer)')).affected).toBeUndefined();
    expect((await structured('DROP TABLE other')).raw).toEqual([]);
  });

  it('is determined by the engine once per text', async () => {
    const { SqliteConnection } = await import('../../src/database/sqlite/sqlite-connection.js');
    const rows = jest.spyOn(SqliteConnection.prototype, 'rows');
    for (let id = 10; id < 13; id++)
      await structured('INSERT INTO "returning" VALUES (?, NULL) RETURNING id', [id]);
    expect(rows.mock.calls.filter(([sql]) => sql.startsWith('EXPLAIN'))).toHaveLength(1);
    rows.mockRestore();
  });

  it('counts for a repository whose table and column are called returning', async () => {
    const repository = new ReturningRepository(dataSource);
    expect(await repository.update({ returning: 'x' }, { id: { gte: 1 } })).toBe(2);
    expect(await repository.update({ returning: 'y' }, { returning: 'x', id: 1 })).toBe(1);
    expect(await repository.drop({ returning: 'y' })).toBe(1);
    await repository.delete({ id: 2 });
    expect(await repository.create({ id: 5, returning: null })).toMatchObject({ id: 5, returning: null });
    expect(await repository.dropAll()).toBe(1);
  });
});
