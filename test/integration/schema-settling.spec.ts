/**
 * Migrations that meet a database in which a part of what they do is there already.
 * Real: the databases, the drivers. Fake: the entities and their migrations.
 */
import { describe, expect, it } from '@jest/globals';
import { EntitySchema } from 'typeorm';
import type { DataSource, EntitySchemaColumnOptions, MigrationInterface, QueryRunner } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateSchema, migrateWithoutAltering } from '../../src/database/schema/migrate-schema.js';
import { readSchema } from '../../src/database/schema/schema-report.js';
import { catalogOf } from '../support/catalog.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

type Columns = Record<string, EntitySchemaColumnOptions>;
type Migration = new () => MigrationInterface;

const id: Columns = { id: { type: 'varchar', length: 36, primary: true } };
const title: Columns = { title: { type: 'varchar', length: 50, nullable: true } };
const entity = (name: string, columns: Columns, index?: string) =>
  new EntitySchema({ name, columns, ...(index && { indices: [{ name: index, columns: ['title'] }] }) });

let number = 1_700_000_000_000;
function migration(...statements: string[]): Migration {
  const name = `Change${number++}`;
  return class {
    readonly name = name;
    async up(runner: QueryRunner) {
      for (const statement of statements) await runner.query(statement);
    }
    async down() {}
  };
}

const table = (name: string, ...columns: string[]) =>
  `CREATE TABLE ${name} (${['id varchar(36) PRIMARY KEY NOT NULL', ...columns].join(', ')})`;
const nameOf = (Each: Migration) => new Each().name;

describe.each(databaseKinds)('a migration on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  const first = migration(table('base'));
  const base = entity('base', id);

  /** The database of a program that has run once with these entities, whose only migration is that of its first table. */
  async function started(...entities: EntitySchema[]): Promise<void> {
    await migrateSchema(await connect([base], []));
    await createSchema(await connect([base, ...entities], []));
  }

  const connect = (entities: EntitySchema[], migrations: Migration[]) =>
    database.connectWith({ entities, migrations: [first, ...migrations] });

  async function expectFit(dataSource: DataSource): Promise<void> {
    expect(await readSchema(dataSource)).toMatchObject({ pending: [], differences: [] });
  }

  it('whose outcome is there is recorded, and its table keeps its rows', async () => {
    const note = entity('note', { ...id, ...title });
    await started(note);
    const addNote = migration(table('note', 'title varchar(50)'));
    const dataSource = await connect([base, note], [addNote]);
    await dataSource.query(`INSERT INTO note VALUES ('1', 'kept')`);

    expect(await migrateSchema(dataSource)).toEqual({ ran: [], adopted: [nameOf(addNote)], completed: [] });

    await expectFit(dataSource);
    expect(await dataSource.query('SELECT title FROM note')).toEqual([{ title: 'kept' }]);
  });

  it('whose outcome is there is recorded by a start that may not alter tables', async () => {
    const note = entity('note', id);
    await started(note);
    const [addNote, addTag] = [migration(table('note')), migration(table('tag'))];
    const dataSource = await connect([base, note, entity('tag', id)], [addNote, addTag]);

    expect(await migrateWithoutAltering(dataSource)).toEqual({
      ran: [nameOf(addTag)],
      adopted: [nameOf(addNote)],
      completed: [],
    });

    await expectFit(dataSource);
  });

  it('that would alter a table is left to npm run migrate by such a start, and so are the others', async () => {
    await started();
    const alter = migration('ALTER TABLE base ADD COLUMN title varchar(50)');
    const dataSource = await connect([entity('base', { ...id, ...title })], [alter]);

    expect(await migrateWithoutAltering(dataSource)).toEqual({ ran: [], adopted: [], completed: [] });
    await expect(createSchema(dataSource)).rejects.toThrow(
      /column base\.title is missing[^]*npm run migrate/,
    );

    expect((await migrateSchema(dataSource)).ran).toEqual([nameOf(alter)]);
    await expectFit(dataSource);
  });

  it('of which one table is there gets the other', async () => {
    const note = entity('note', { ...id, ...title }, 'note_by_title');
    const tag = entity('tag', { ...id, ...title }, 'tag_by_title');
    await started(note);
    const both = migration(
      table('note', 'title varchar(50)'),
      'CREATE INDEX note_by_title ON note (title)',
      table('tag', 'title varchar(50)'),
      'CREATE INDEX tag_by_title ON tag (title)',
    );
    const dataSource = await connect([base, note, tag], [both]);

    expect((await migrateSchema(dataSource)).completed).toEqual([nameOf(both)]);

    await expectFit(dataSource);
  });

  it('whose table is there without a column and an index gets both, wherever the column stands', async () => {
    await started(entity('note', id));
    const note = entity('note', { ...title, ...id }, 'note_by_title');
    const addNote = migration(
      'CREATE TABLE note (title varchar(50), id varchar(36) PRIMARY KEY NOT NULL)',
      'CREATE INDEX note_by_title ON note (title)',
    );
    const dataSource = await connect([base, note], [addNote]);
    await dataSource.query(`INSERT INTO note VALUES ('1')`);

    expect((await migrateSchema(dataSource)).completed).toEqual([nameOf(addNote)]);

    await expectFit(dataSource);
    expect(await dataSource.query('SELECT id, title FROM note')).toEqual([{ id: '1', title: null }]);
  });

  it('that adds a column which the table was created with is recorded, and the column keeps its values', async () => {
    const note = entity('note', { ...id, ...title });
    await started(note);
    const addNote = migration(table('note'));
    const addTitle =
      kind === 'postgres'
        ? migration('ALTER TABLE note ADD COLUMN title varchar(50)')
        : migration(
            table('"temporary_note"', 'title varchar(50)'),
            'INSERT INTO "temporary_note" (id) SELECT id FROM note',
            'DROP TABLE note',
            'ALTER TABLE "temporary_note" RENAME TO note',
          );
    const dataSource = await connect([base, note], [addNote, addTitle]);
    await dataSource.query(`INSERT INTO note VALUES ('1', 'kept')`);

    expect((await migrateSchema(dataSource)).adopted).toEqual([nameOf(addNote), nameOf(addTitle)]);

    expect(await dataSource.query('SELECT title FROM note')).toEqual([{ title: 'kept' }]);
  });

  it('of rows runs although its table is there', async () => {
    const note = entity('note', id);
    await started(note);
    const addNote = migration(table('note'));
    const seed = migration(`INSERT INTO note VALUES ('seed')`);
    const dataSource = await connect([base, note], [addNote, seed]);

    expect((await migrateSchema(dataSource)).ran).toEqual([nameOf(seed)]);

    expect(await dataSource.query('SELECT id FROM note')).toEqual([{ id: 'seed' }]);
  });

  it.each([
    [
      'also changes rows',
      () => migration(table('note', 'title varchar(50)'), `INSERT INTO note VALUES ('seed', 'x')`),
      /whether its other statements have run cannot be determined\. Move the statements/,
    ],
    [
      'changes rows in the second statement of a text',
      () => migration(`${table('note', 'title varchar(50)')}; UPDATE note SET title = 'x'`),
      /whether its other statements have run cannot be determined/,
    ],
    [
      'changes rows after a comment',
      () =>
        migration(
          table('note', 'title varchar(50)'),
          `-- the old ones\n/* too */ UPDATE note SET title = 'x'`,
        ),
      /whether its other statements have run cannot be determined/,
    ],
    [
      'also creates a view',
      () => migration(table('note', 'title varchar(50)'), 'CREATE VIEW titles AS SELECT title FROM note'),
      /whether its other statements have run cannot be determined/,
    ],
    [
      'would have to change a column too',
      () =>
        migration(
          table('note', 'title varchar(50)'),
          ...(kind === 'postgres'
            ? ['ALTER TABLE base DROP COLUMN old']
            : [table('"temporary_base"'), 'DROP TABLE base', 'ALTER TABLE "temporary_base" RENAME TO base']),
        ),
      /the column base\.old is still there.*Split it/,
    ],
    [
      'has another type for a column',
      () => migration(table('note', 'title varchar(70)')),
      /the column note\.title is [\w ]+\(50\).*not [\w ]+\(70\).*Split it/,
    ],
    [
      'needs a value for rows that are there',
      () => migration(table('note', 'title varchar(50)', 'rank integer NOT NULL')),
      /the column note\.rank is missing, and the rows that are there have no value for it/,
    ],
  ])(
    'that meets its table and %s is refused with the way out, and changes nothing',
    async (_, written, reason) => {
      const note = entity('note', { ...id, ...title });
      const old = migration('ALTER TABLE base ADD COLUMN old integer');
      await started(note);
      await migrateSchema(await connect([base, note], [old]));
      const dataSource = await connect([base, note], [old, written()]);
      await dataSource.query(`INSERT INTO note VALUES ('1', 'kept')`);
      const before = await catalogOf(dataSource);

      await expect(migrateSchema(dataSource)).rejects.toThrow(reason);

      expect(await catalogOf(dataSource)).toEqual(before);
      expect(await dataSource.query('SELECT id, title FROM note')).toEqual([{ id: '1', title: 'kept' }]);
    },
  );

  it('is recorded once when three connections find its outcome at the same time', async () => {
    const note = entity('note', id);
    await started(note);
    const addNote = migration(table('note'));
    const sources = await Promise.all([1, 2, 3].map(() => connect([base, note], [addNote])));

    const results = await Promise.all(sources.map((dataSource) => migrateSchema(dataSource)));

    expect(results.flatMap(({ ran, adopted }) => [...ran, ...adopted])).toEqual([nameOf(addNote)]);
  });

  it('of which one new table is there is completed by a start that may not alter tables', async () => {
    const [note, tag] = [entity('note', id), entity('tag', id)];
    await started(note);
    const both = migration(table('note'), table('tag'));
    const dataSource = await connect([base, note, tag], [both]);

    expect((await migrateWithoutAltering(dataSource)).completed).toEqual([nameOf(both)]);

    await expectFit(dataSource);
  });

  it('is recorded where a later pending one drops what the table no longer has', async () => {
    const note = entity('note', id);
    await started(note);
    const add = migration(table('note', 'rank integer NOT NULL'));
    const drop = migration('ALTER TABLE note DROP COLUMN rank');
    const dataSource = await connect([base, note], [add, drop]);
    await dataSource.query(`INSERT INTO note VALUES ('1')`);

    expect((await migrateSchema(dataSource)).adopted).toEqual([nameOf(add), nameOf(drop)]);

    await expectFit(dataSource);
  });

  it('that adds a column to a table keeps the checks of the table', async () => {
    const checked = new EntitySchema({
      name: 'note',
      columns: { ...id, ...title },
      checks: [{ name: 'titled', expression: `title <> '\n'` }],
    });
    await started(checked);
    const full = new EntitySchema({
      ...checked.options,
      columns: { ...id, ...title, rank: { type: 'integer', nullable: true } },
    });
    const both = migration(
      table('note', 'title varchar(50)', 'rank integer', `CONSTRAINT titled CHECK (title <> '\n')`),
    );
    const dataSource = await connect([base, full], [both]);

    expect((await migrateSchema(dataSource)).completed).toEqual([nameOf(both)]);

    await expect(dataSource.query(`INSERT INTO note (id, title) VALUES ('1', '\n')`)).rejects.toThrow();
    await expectFit(dataSource);
  });

  it('that has run and is unknown to this program is named', async () => {
    const newer = migration('ALTER TABLE base ADD COLUMN rank integer NOT NULL DEFAULT 0');
    await started();
    await migrateSchema(await connect([base], [newer]));

    expect(await readSchema(await connect([base], []))).toMatchObject({
      unknown: [nameOf(newer)],
      pending: [],
    });
  });
});

describe('a migration on SQLite', () => {
  const database = useDatabase('sqlite', [], { perTest: true });

  it('that copies a table without a column that is there is refused, because its values would be lost', async () => {
    const first = migration(table('note'));
    const copy = migration(
      table('"temporary_note"', 'title varchar(50)'),
      'INSERT INTO "temporary_note" (id) SELECT id FROM note',
      'DROP TABLE note',
      'ALTER TABLE "temporary_note" RENAME TO note',
    );
    await migrateSchema(await database.connectWith({ entities: [], migrations: [first] }));
    const dataSource = await database.connectWith({ entities: [], migrations: [first, copy] });
    await dataSource.query('ALTER TABLE note ADD COLUMN own integer');
    await dataSource.query(`INSERT INTO note VALUES ('1', 7)`);

    await expect(migrateSchema(dataSource)).rejects.toThrow(/would lose note\.own, which it does not know/);

    expect(await dataSource.query('SELECT own FROM note')).toEqual([{ own: 7 }]);
  });

  it('that copies such a table and cannot be tried is refused as well', async () => {
    const copy = migration(
      table('"temporary_note"'),
      'INSERT INTO "temporary_note" (id) SELECT id FROM note',
      'DROP TABLE note',
      'ALTER TABLE "temporary_note" RENAME TO note',
    );
    const first = migration(table('base'));
    await migrateSchema(await database.connectWith({ entities: [], migrations: [first] }));
    const dataSource = await database.connectWith({ entities: [], migrations: [first, copy] });
    await dataSource.query(table('note', 'own integer'));
    await dataSource.query(`INSERT INTO note VALUES ('1', 7)`);

    await expect(migrateSchema(dataSource)).rejects.toThrow(/would lose note\.own/);

    expect(await dataSource.query('SELECT own FROM note')).toEqual([{ own: 7 }]);
  });
});

describe.each(databaseKinds)('a migration on %s that expects a table which no migration creates', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });

  it('is run whatever is there, and so are those after it; those before it settle', async () => {
    const made = migration(table('note'));
    const other = migration('ALTER TABLE handmade ADD COLUMN title varchar(50)');
    const last = migration(table('tag'));
    const first = migration(table('base'));
    await migrateSchema(await database.connectWith({ entities: [], migrations: [first] }));
    const dataSource = await database.connectWith({ entities: [], migrations: [first, made, other, last] });
    await dataSource.query(table('note'));
    await dataSource.query(table('handmade'));

    expect(await migrateSchema(dataSource)).toMatchObject({
      adopted: [nameOf(made)],
      ran: [nameOf(other), nameOf(last)],
    });
  });
});

describe('a migration on PostgreSQL', () => {
  const database = useDatabase('postgres', [], { perTest: true });

  it('that builds an index concurrently is recorded where the index is there', async () => {
    const note = entity('note', { ...id, ...title }, 'note_by_title');
    const first = migration(table('note', 'title varchar(50)'));
    await migrateSchema(await database.connectWith({ entities: [note], migrations: [first] }));
    await createSchema(await database.connectWith({ entities: [note], migrations: [first] }));
    const Build = migration('CREATE INDEX CONCURRENTLY note_by_title ON note (title)');
    class WithoutTransaction extends Build {
      override readonly transaction = false;
    }
    const dataSource = await database.connectWith({
      entities: [note],
      migrations: [first, WithoutTransaction],
    });

    expect((await migrateSchema(dataSource)).adopted).toEqual([nameOf(Build)]);
  });

  it('is not recorded for an index whose concurrent creation was aborted', async () => {
    const note = entity('note', { ...id, ...title });
    const first = migration(table('note', 'title varchar(50)'));
    const build = migration('CREATE UNIQUE INDEX note_by_title ON note (title)');
    const dataSource = await database.connectWith({ entities: [note], migrations: [first, build] });
    const before = await database.connectWith({ entities: [note], migrations: [first] });
    await migrateSchema(before);
    await before.query(`INSERT INTO note VALUES ('1', 'same'), ('2', 'same')`);
    await expect(
      before.query('CREATE UNIQUE INDEX CONCURRENTLY note_by_title ON note (title)'),
    ).rejects.toThrow();

    await expect(migrateSchema(dataSource)).rejects.toThrow(/already exists/);
  });

  it('is tried where the pool has one connection', async () => {
    const note = entity('note', id);
    const first = migration(table('note'));
    await migrateSchema(await database.connectWith({ entities: [note], migrations: [first] }));
    const alter = migration('ALTER TABLE note ADD COLUMN more integer');
    const { database: settings } = readSettings({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: '1' });
    const narrow = createDataSource(settings, { entities: [note], migrations: [first, alter] });
    try {
      await narrow.initialize();
      expect((await migrateSchema(narrow)).ran).toEqual([nameOf(alter)]);
    } finally {
      await narrow.destroy();
    }
  });

  it('runs where its role may not create a schema to try it in', async () => {
    const first = migration(table('note'));
    const owner = await database.connectWith({ entities: [], migrations: [] });
    const role = `limited_${Date.now()}`;
    await owner.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'test'; GRANT CREATE, USAGE ON SCHEMA public TO ${role}`,
    );
    const url = new URL(database.url);
    url.username = role;
    const limited = (...migrations: Migration[]) =>
      database.connectWith({ entities: [entity('note', id)], migrations }, url.href);
    try {
      await migrateSchema(await limited(first));
      const alter = migration('ALTER TABLE note ADD COLUMN more integer');
      expect((await migrateSchema(await limited(first, alter))).ran).toEqual([nameOf(alter)]);
    } finally {
      await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
