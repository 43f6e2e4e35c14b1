/**
 * A default, enum, check, index, size or reference that an entity has changed is seen, in any schema; what the database only
 * words differently is not.
 * Real: the databases, the drivers. Fake: the entities.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import type { ColumnOptions, DataSource, EntityOptions } from 'typeorm';
import { dataSourceOf } from '../../src/database/data-source.js';
import { postgresOptions } from '../../src/database/postgres/postgres-options.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { readSchema } from '../../src/database/schema/schema-report.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind, TestDatabase } from '../support/databases.js';

let database: TestDatabase | undefined;
const opened: DataSource[] = [];
afterEach(async () => {
  for (const dataSource of opened.splice(0)) if (dataSource.isInitialized) await dataSource.destroy();
  await database?.destroy();
});

const texts = async (dataSource: DataSource) =>
  (await readSchema(dataSource)).differences.map(({ text }) => text);

type Entities = (new () => object)[];

/** The differences of changed entities in a database that was created for the original ones. */
async function seen(kind: DatabaseKind, made: Entities, changed: Entities): Promise<string[]> {
  database = await createDatabase(kind);
  const before = await database.connectWith({ entities: made, migrations: [] });
  await createSchema(before);
  expect(await texts(before)).toEqual([]);
  expect(await createSchema(before)).toEqual([]);
  return texts(await database.connectWith({ entities: changed, migrations: [] }));
}

/** An entity of one column beside its key. */
function withColumn(options: ColumnOptions): new () => object {
  class Thing {}
  Entity('thing')(Thing);
  PrimaryColumn('integer')(Thing.prototype, 'id');
  Column(options)(Thing.prototype, 'field');
  return Thing;
}

function withRules(...decorators: ClassDecorator[]): new () => object {
  class Thing {}
  for (const decorator of decorators) decorator(Thing);
  Entity('thing')(Thing);
  PrimaryColumn('integer')(Thing.prototype, 'id');
  for (const name of ['age', 'size']) Column('integer', { nullable: true })(Thing.prototype, name);
  Column('varchar', { nullable: true })(Thing.prototype, 'name');
  return Thing;
}

const text = { type: 'varchar', length: 20 } as const;

const columnChanges: [string, ColumnOptions, ColumnOptions, RegExp][] = [
  [
    'a text default',
    { ...text, default: 'red' },
    { ...text, default: 'blue' },
    /^thing\.field has the default 'red'.*, not the default 'blue'$/,
  ],
  [
    'a text default with a quote',
    { ...text, default: "it's" },
    { ...text, default: 'its' },
    /has the default 'it''s'.*, not/,
  ],
  [
    'a text default in other letters',
    { ...text, default: 'Red' },
    { ...text, default: 'red' },
    /has the default 'Red'/,
  ],
  ['an empty default', { ...text, default: '' }, { ...text }, /has the default ''.*, not no default$/],
  [
    'no default any more',
    { ...text, default: 'red' },
    { ...text },
    /has the default 'red'.*, not no default$/,
  ],
  ['a new default', { ...text }, { ...text, default: 'red' }, /has no default, not the default 'red'$/],
  [
    'a number',
    { type: 'integer', default: 1 },
    { type: 'integer', default: 2 },
    /has the default '?1.*, not the default '?2/,
  ],
  ['a negative number', { type: 'integer', default: -1 }, { type: 'integer', default: 1 }, /the default/],
  ['a fraction', { type: 'float', default: 0.5 }, { type: 'float', default: 0.25 }, /the default/],
  [
    'the last digit of a fraction',
    { type: 'float', default: 0.1 },
    { type: 'float', default: 0.10000000000000002 },
    /the default/,
  ],
  ['a boolean', { type: 'boolean', default: true }, { type: 'boolean', default: false }, /the default/],
  [
    'a default in SQL',
    { type: 'integer', default: () => '1 + 1' },
    { type: 'integer', default: () => '1 + 2' },
    /the default/,
  ],
  [
    'null for a default',
    { ...text, nullable: true, default: null },
    { ...text, nullable: true, default: 'x' },
    /has no default/,
  ],
  [
    'a length',
    { type: 'varchar', length: 20 },
    { type: 'varchar', length: 30 },
    /thing\.field is .*\(20\), not .*\(30\)/,
  ],
  [
    'a precision',
    { type: 'decimal', precision: 10, scale: 2 },
    { type: 'decimal', precision: 12, scale: 2 },
    /\(10, 2\), not .*\(12, 2\)/,
  ],
  [
    'a scale',
    { type: 'decimal', precision: 10, scale: 2 },
    { type: 'decimal', precision: 10, scale: 3 },
    /\(10, 2\), not .*\(10, 3\)/,
  ],
  ['emptiness', { ...text, nullable: true }, { ...text }, /is nullable, not not null/],
  [
    'a value of an enum',
    { type: 'simple-enum', enum: ['a', 'b'] },
    { type: 'simple-enum', enum: ['a', 'c'] },
    /of \(a, b\), not .* of \(a, c\)/,
  ],
  [
    'one more value of an enum',
    { type: 'simple-enum', enum: ['a', 'b'] },
    { type: 'simple-enum', enum: ['a', 'b', 'c'] },
    /of \(a, b\), not .* of \(a, b, c\)/,
  ],
  [
    'one value less of an enum',
    { type: 'simple-enum', enum: ['a', 'b'] },
    { type: 'simple-enum', enum: ['a'] },
    /of \(a, b\), not .* of \(a\)/,
  ],
  [
    'the default of an enum',
    { type: 'simple-enum', enum: ['a', 'b'], default: 'a' },
    { type: 'simple-enum', enum: ['a', 'b'], default: 'b' },
    /has the default 'a'.*, not the default 'b'/,
  ],
];

const ruleChanges: [string, ClassDecorator[], ClassDecorator[], RegExp][] = [
  [
    'a check',
    [Check('young', '"age" < 10')],
    [Check('young', '"age" < 20')],
    /^the check young of thing is .*10.*, not .*20/,
  ],
  [
    'the values in a check',
    [Check('known', `"name" IN ('a', 'b')`)],
    [Check('known', `"name" IN ('a', 'c')`)],
    /the check known/,
  ],
  [
    'the column of a check',
    [Check('young', '"age" < 10')],
    [Check('young', '"size" < 10')],
    /the check young/,
  ],
  ['a check that is gone', [Check('young', '"age" < 10')], [], /has a check young, and should not/],
  ['a check that is new', [], [Check('young', '"age" < 10')], /has no check young/],
  [
    'the condition of an index',
    [Index('few', ['age'], { where: '"size" > 1' })],
    [Index('few', ['age'], { where: '"size" > 2' })],
    /^the index few on thing is \(age\) where .*1.*, not \(age\) where .*2/,
  ],
  [
    'an index without its condition',
    [Index('few', ['age'])],
    [Index('few', ['age'], { where: '"size" > 2' })],
    /is \(age\), not \(age\) where/,
  ],
  [
    'the columns of an index',
    [Index('few', ['age', 'size'])],
    [Index('few', ['size', 'age'])],
    /is \(age, size\), not \(size, age\)/,
  ],
  [
    'an index that is unique now',
    [Index('few', ['age'])],
    [Index('few', ['age'], { unique: true })],
    /is \(age\), not unique \(age\)/,
  ],
  [
    'an index that is unique no more',
    [Index('few', ['age'], { unique: true })],
    [Index('few', ['age'])],
    /is unique \(age\), not \(age\)/,
  ],
  [
    'a unique constraint',
    [Unique('once', ['age'])],
    [Unique('once', ['age', 'size'])],
    /does not keep \(age, size\) unique/,
  ],
];

describe.each(databaseKinds)('A changed entity on %s', (kind) => {
  it.each(columnChanges)('is detected: %s', async (_, before, after, message) => {
    const differences = await seen(kind, [withColumn(before)], [withColumn(after)]);
    expect(differences).toEqual([expect.stringMatching(message)]);
  });

  it.each(ruleChanges)('is detected: %s', async (_, before, after, message) => {
    const differences = await seen(kind, [withRules(...before)], [withRules(...after)]);
    expect(differences).toContainEqual(expect.stringMatching(message));
  });

  it('is detected where a reference changes its action on updates of the key', async () => {
    const family = (onUpdate: 'CASCADE' | 'NO ACTION'): Entities => {
      class Parent {}
      Entity('parent')(Parent);
      PrimaryColumn('integer')(Parent.prototype, 'id');
      class Child {}
      Entity('child')(Child);
      PrimaryColumn('integer')(Child.prototype, 'id');
      ManyToOne(() => Parent, { onUpdate })(Child.prototype, 'parent');
      JoinColumn({ name: 'parent_id' })(Child.prototype, 'parent');
      return [Parent, Child];
    };
    expect(await seen(kind, family('NO ACTION'), family('CASCADE'))).toContainEqual(
      expect.stringMatching(/child has no foreign key .* on update CASCADE/),
    );
  });
});

/** Everything that a database may express differently from the entity. */
function wordy(options: EntityOptions = {}): new () => object {
  @Entity({ name: 'wordy', ...options })
  @Check('wordy_known', `"state" IN ('new', 'old', 'it''s') AND "count" <> 7`)
  @Check('wordy_range', '"count" BETWEEN 0 AND 100 OR NOT ("ratio" IS NULL)')
  @Check('wordy_lines', `"state"\n  LIKE 'n%'\n  OR "count" >= 0`)
  @Check('wordy_call', `length("state") > 0 and coalesce("ratio", 1.5) != 2`)
  @Index('wordy_partial', ['count', 'state'], { where: `"state" IN ('new', 'old') AND "ratio" IS NOT NULL` })
  @Index('wordy_once', ['count'], { unique: true, where: `"state" = 'new'` })
  @Unique(['state', 'ratio'])
  class Wordy {
    @PrimaryGeneratedColumn()
    id!: number;

    @Column('varchar', { length: 20, default: `it's` })
    state!: string;

    @Column('varchar', { default: '' })
    empty!: string;

    @Column('varchar', { default: '1' })
    digits!: string;

    @Column('integer', { default: 0 })
    count!: number;

    @Column('integer', { default: -5 })
    below!: number;

    @Column('bigint', { default: 5 })
    big!: string;

    @Column('float', { nullable: true, default: 1.5 })
    ratio!: number | null;

    @Column('decimal', { precision: 10, scale: 2, default: 1.5 })
    price!: string;

    @Column('boolean', { default: true })
    active!: boolean;

    @Column('boolean', { default: false })
    done!: boolean;

    @Column('simple-enum', { enum: ['a', 'b c', 'd'], default: 'b c' })
    mood!: string;

    @Column('varchar', { default: () => `'x' || 'y'` })
    joined!: string;

    @Column('simple-json', { default: '{"a":[1,"b"]}' })
    document!: object;

    @Column('varchar', { nullable: true, default: null })
    nothing!: string | null;

    @CreateDateColumn()
    createdAt!: Date;

    @UpdateDateColumn()
    updatedAt!: Date;

    @VersionColumn()
    version!: number;
  }
  return Wordy;
}

@Entity('keyed')
class Keyed {
  @PrimaryGeneratedColumn('uuid')
  id!: string;
}

describe.each(databaseKinds)('An entity that has not changed on %s', (kind) => {
  it('has no difference, whatever the wording', async () => {
    expect(await seen(kind, [wordy(), Keyed], [wordy(), Keyed])).toEqual([]);
  });

  it('has no difference from what TypeORM itself creates', async () => {
    database = await createDatabase(kind);
    const dataSource = await database.connectWith({ entities: [wordy(), Keyed], migrations: [] });
    await dataSource.synchronize();
    expect(await texts(dataSource)).toEqual([]);
  });

  it('has no difference from an equivalent table with another wording', async () => {
    database = await createDatabase(kind);
    const dataSource = await database.connectWith({
      entities: [
        withRules(
          Check('young', '"age" < 10 AND "size" > 1'),
          Index('few', ['age'], { where: '"size" > 1' }),
        ),
      ],
      migrations: [],
    });
    await dataSource.query(
      `CREATE TABLE thing (id integer PRIMARY KEY NOT NULL, age integer DEFAULT NULL, size integer, name varchar,
        CONSTRAINT "young" CHECK ((age<10) and ((size)>1)))`,
    );
    await dataSource.query('CREATE INDEX few ON thing (age) WHERE (size)>1');
    expect(await texts(dataSource)).toEqual([]);
  });
});

describe('A changed index on PostgreSQL', () => {
  it.each<[object, object, string]>([
    [{}, { type: 'hash' }, 'is (age), not (age) using hash'],
    [
      { type: 'brin', where: '"size" > 1' },
      { where: '"size" > 1' },
      'is (age) using brin where "size" > 1, not (age) where',
    ],
  ])('is detected by how it is built: %j', async (before, after, message) => {
    const differences = await seen(
      'postgres',
      [withRules(Index('few', ['age'], before))],
      [withRules(Index('few', ['age'], after))],
    );
    expect(differences).toEqual([expect.stringContaining(`the index few on thing ${message}`)]);
  });
});

describe('Another schema of PostgreSQL', () => {
  const inSchema = async (url: string, options: object, entity: new () => object) => {
    const limits = { poolSize: 3, connectTimeoutMs: 5_000, statementTimeoutMs: 0 };
    const dataSource = dataSourceOf({ ...postgresOptions(url, limits), entities: [entity], ...options });
    opened.push(dataSource);
    return dataSource.initialize();
  };
  const searching = (url: string) => {
    const other = new URL(url);
    other.searchParams.set('options', '-c search_path=other');
    return other.href;
  };

  type Case = [string, (url: string) => string, object, EntityOptions, string];
  // PgBouncer passes no `options` on.
  const searchPath: Case = ['by the search path of the connection', searching, {}, {}, 'wordy'];

  it.each<Case>([
    ['by the option of the data source', (url) => url, { schema: 'other' }, {}, 'other.wordy'],
    ...(process.env['TEST_POOLER'] ? [] : [searchPath]),
    ['by the entity', (url) => url, {}, { schema: 'other' }, 'other.wordy'],
  ])('is compared like the first: %s', async (_, addressed, options, entityOptions, name) => {
    database = await createDatabase('postgres');
    const plain = await database.connectWith({ entities: [], migrations: [] });
    await plain.query('CREATE SCHEMA other');
    // A table of the same name with other rules must not be looked at.
    await plain.query('CREATE TABLE public.wordy (id integer PRIMARY KEY, count text DEFAULT 7)');
    await plain.query('CREATE INDEX wordy_partial ON public.wordy (id)');

    const dataSource = await inSchema(addressed(database.url), options, wordy(entityOptions));
    await createSchema(dataSource);
    expect(await texts(dataSource)).toEqual([]);
    expect(await plain.query('SELECT count(*)::int AS n FROM other.wordy')).toEqual([{ n: 0 }]);

    await plain.query(
      `ALTER TABLE other.wordy ALTER COLUMN count SET DEFAULT 9, DROP CONSTRAINT wordy_range`,
    );
    await plain.query(`ALTER TABLE other.wordy ADD CONSTRAINT wordy_range CHECK (count > 3)`);
    await plain.query(`DROP INDEX other.wordy_partial`);
    await plain.query(`CREATE INDEX wordy_partial ON other.wordy (state, count) WHERE state = 'new'`);
    const differences = await texts(await inSchema(addressed(database.url), options, wordy(entityOptions)));
    expect(differences).toEqual([
      expect.stringMatching(`${name}.count has the default 9, not the default '?0`),
      expect.stringMatching(`the index wordy_partial on ${name} is \\(state, count\\) where`),
      expect.stringMatching(`the check wordy_range of ${name} is`),
    ]);
  });

  it('is named where an enum of it has changed', async () => {
    database = await createDatabase('postgres');
    const plain = await database.connectWith({ entities: [], migrations: [] });
    await plain.query('CREATE SCHEMA other');
    const enumOf = (...values: string[]) => withColumn({ type: 'enum', enum: values, default: values[0] });
    const before = await inSchema(database.url, { schema: 'other' }, enumOf('a', 'b'));
    await createSchema(before);
    expect(await texts(before)).toEqual([]);
    expect(await texts(await inSchema(database.url, { schema: 'other' }, enumOf('a', 'c')))).toEqual([
      'other.thing.field is enum of (a, b), not enum of (a, c)',
    ]);
  });
});
