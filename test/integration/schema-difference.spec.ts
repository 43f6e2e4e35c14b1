/**
 * Each relevant difference between a table and what the program needs is named, and no irrelevant one.
 * Real: the databases, the drivers. Fake: the entities.
 */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { DataSource } from 'typeorm';
import { readSchema } from '../../src/database/schema/schema-report.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

@Entity('owner')
class Owner {
  @PrimaryColumn('integer')
  id!: number;
}

@Entity('pet')
@Unique('pet_name_once', ['name'])
@Index('pet_by_age', ['age', 'id'])
@Index('pet_young', ['age'], { where: '"age" < 2' })
@Check('pet_age', '"age" >= 0')
class Pet {
  @PrimaryColumn('integer')
  id!: number;

  @Column('varchar', { length: 20 })
  name!: string;

  @Column('integer', { nullable: true })
  age!: number | null;

  @Column('integer', { name: 'owner_id' })
  ownerId!: number;

  @ManyToOne(() => Owner, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'owner_id' })
  owner?: Owner;
}

const fullTable = {
  columns: {
    id: 'integer NOT NULL',
    name: 'varchar(20) NOT NULL',
    age: 'integer',
    owner_id: 'integer NOT NULL',
  } as Record<string, string>,
  primaryKey: 'id',
  constraints: [
    'CONSTRAINT "pet_name_once" UNIQUE ("name")',
    'CONSTRAINT "pet_age" CHECK ("age" >= 0)',
    'CONSTRAINT "FK_pet_owner" FOREIGN KEY ("owner_id") REFERENCES "owner" ("id") ON DELETE CASCADE ON UPDATE NO ACTION',
  ],
  indices: ['CREATE INDEX pet_by_age ON pet (age, id)', 'CREATE INDEX pet_young ON pet (age) WHERE age < 2'],
};
type Definition = typeof fullTable;

const whole = (): Definition => structuredClone(fullTable);
const without = (list: string[], word: string) => list.filter((each) => !each.includes(word));

/** A change to the table, and what it is called. */
const cases: [string, (table: Definition) => void, (string | RegExp)[]][] = [
  ['nothing', () => undefined, []],
  [
    'a missing column',
    ({ columns }) => delete columns['name'],
    ['the column pet.name is missing', 'pet does not keep (name) unique'],
  ],
  [
    'a shorter column',
    ({ columns }) => (columns['name'] = 'varchar(10) NOT NULL'),
    [/pet\.name is .*\(10\), not .*\(20\)/],
  ],
  ['another type', ({ columns }) => (columns['age'] = 'bigint'), ['pet.age is bigint, not integer']],
  [
    'a column that may be empty',
    ({ columns }) => (columns['name'] = 'varchar(20)'),
    ['pet.name is nullable, not not null'],
  ],
  [
    'a column that may not be empty',
    ({ columns }) => (columns['age'] = 'integer NOT NULL'),
    ['pet.age is not null, not nullable'],
  ],
  [
    'another primary key',
    (table) => (table.primaryKey = 'id, owner_id'),
    ['the primary key of pet is (id, owner_id), not (id)'],
  ],
  [
    'no unique constraint',
    (table) => (table.constraints = without(table.constraints, 'UNIQUE')),
    ['pet does not keep (name) unique'],
  ],
  [
    'one unique constraint too many',
    ({ constraints }) => constraints.push('CONSTRAINT once UNIQUE ("age")'),
    ['pet keeps (age) unique, and should not'],
  ],
  [
    'a unique index too many',
    ({ indices }) => indices.push('CREATE UNIQUE INDEX once ON pet (age)'),
    ['pet keeps (age) unique, and should not'],
  ],
  [
    'a missing index',
    (table) => (table.indices = without(table.indices, 'pet_by_age')),
    ['the index pet_by_age on pet is missing'],
  ],
  [
    'an index in another order',
    (table) => (table.indices[0] = 'CREATE INDEX pet_by_age ON pet (id, age)'),
    ['the index pet_by_age on pet is (id, age), not (age, id)'],
  ],
  [
    'an index without its condition',
    (table) => (table.indices[1] = 'CREATE INDEX pet_young ON pet (age)'),
    ['the index pet_young on pet is (age), not (age) where "age" < 2'],
  ],
  [
    'no check',
    (table) => (table.constraints = without(table.constraints, 'CHECK')),
    ['pet has no check pet_age'],
  ],
  [
    'no foreign key',
    (table) => (table.constraints = without(table.constraints, 'FOREIGN')),
    ['pet has no foreign key from (owner_id) to owner (id) on delete CASCADE'],
  ],
  [
    'a stranger that needs a value',
    ({ columns }) => (columns['colour'] = 'text NOT NULL'),
    ['the column pet.colour requires a value that this program does not provide'],
  ],
  [
    'strangers that do not matter',
    ({ columns, indices }) => {
      columns['colour'] = 'text';
      columns['legs'] = 'integer NOT NULL DEFAULT 4';
      indices.push('CREATE INDEX of_others ON pet (name, age)');
    },
    [],
  ],
];

describe.each(databaseKinds)('readSchema on %s', (kind) => {
  const database = useDatabase(kind);
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.connectWith({ entities: [Owner, Pet], migrations: [] });
    await dataSource.query('CREATE TABLE owner (id integer PRIMARY KEY NOT NULL)');
  });
  afterEach(() => dataSource.query('DROP TABLE pet'));

  it.each(cases)('names %s', async (_, change, expected) => {
    const table = whole();
    change(table);
    if (!table.columns['name']) table.constraints = without(table.constraints, 'UNIQUE');
    const columns = Object.entries(table.columns).map(([name, type]) => `"${name}" ${type}`);
    await dataSource.query(
      `CREATE TABLE pet (${[...columns, ...table.constraints, `PRIMARY KEY (${table.primaryKey})`].join(', ')})`,
    );
    for (const index of table.indices) await dataSource.query(index);
    const { differences } = await readSchema(dataSource);
    expect(differences.map(({ text }) => text)).toEqual(
      expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
    );
  });
});
