/**
 * Whatever the order in which entities and columns are added, programs started and migrations written and run, the database
 * fits in the end and keeps its rows.
 * Real: the databases, the drivers, TypeORM's comparison, which writes the migrations. Fake: the entities.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions, MigrationInterface } from 'typeorm';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateSchema, migrateWithoutAltering } from '../../src/database/schema/migrate-schema.js';
import { readSchema } from '../../src/database/schema/schema-report.js';
import { SchemaMismatchError } from '../../src/database/schema/schema.errors.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind, TestDatabase } from '../support/databases.js';
import { writeMigration } from '../support/written-migration.js';

const numRuns = Number(process.env['SCHEMA_RUNS'] ?? 4);
const names = ['memo', 'note', 'tag'] as const;
type Name = (typeof names)[number];

const newColumns: readonly EntitySchemaColumnOptions[] = [
  { type: 'varchar', length: 20, nullable: true },
  { type: 'integer', default: 7 },
  { type: 'varchar', length: 20, nullable: true, unique: true },
];

type Step =
  | { readonly does: 'entity'; readonly name: Name }
  | { readonly does: 'column'; readonly name: Name; readonly kind: number; readonly isFirst: boolean }
  | { readonly does: 'index'; readonly name: Name }
  | { readonly does: 'start' | 'write' | 'migrate' | 'check' };

const entity = fc.record({ does: fc.constant('entity' as const), name: fc.constantFrom(...names) });
const step: fc.Arbitrary<Step> = fc.oneof(
  entity,
  fc.record({
    does: fc.constant('column' as const),
    name: fc.constantFrom(...names),
    kind: fc.nat(newColumns.length - 1),
    isFirst: fc.boolean(),
  }),
  fc.record({ does: fc.constant('index' as const), name: fc.constantFrom(...names) }),
  fc.record({
    does: fc.constantFrom(
      'start' as const,
      'start' as const,
      'write' as const,
      'migrate' as const,
      'check' as const,
    ),
  }),
);

/** A developer with one database, who changes entities and migrations over time. */
class Developer {
  readonly #tables = new Map<
    Name,
    { columns: Record<string, EntitySchemaColumnOptions>; isIndexed: boolean }
  >();
  readonly #migrations: (new () => MigrationInterface)[] = [];
  readonly #rows = new Map<string, string>();
  #added = 0;

  constructor(
    private readonly kind: DatabaseKind,
    private readonly database: TestDatabase,
  ) {}

  async do(step: Step): Promise<void> {
    switch (step.does) {
      case 'entity':
        if (this.#tables.has(step.name)) return;
        this.#tables.set(step.name, {
          columns: {
            id: { type: 'varchar', length: 36, primary: true },
            title: { type: 'varchar', length: 50 },
          },
          isIndexed: false,
        });
        return;
      case 'column':
        return this.#addColumn(
          step.name,
          newColumns[step.kind] ?? { type: 'integer', nullable: true },
          step.isFirst,
        );
      case 'index': {
        const table = this.#tables.get(step.name);
        if (table) table.isIndexed = true;
        return;
      }
      case 'start':
        return this.start();
      case 'write':
        return this.write();
      case 'migrate':
        return this.migrate();
      case 'check':
        return this.#withSource(async (dataSource) => void (await readSchema(dataSource)));
    }
  }

  #addColumn(name: Name, column: EntitySchemaColumnOptions, isFirst: boolean): void {
    const table = this.#tables.get(name);
    if (!table) return;
    const added = { [`extra_${this.#added++}`]: column };
    table.columns = isFirst ? { ...added, ...table.columns } : { ...table.columns, ...added };
  }

  /** A start may refuse to alter a table; it says so. */
  async start(): Promise<void> {
    await this.#withSource(async (dataSource) => {
      try {
        await migrateWithoutAltering(dataSource);
        await createSchema(dataSource);
        await this.#insert(dataSource);
      } catch (error) {
        if (!(error instanceof SchemaMismatchError)) throw error;
        expect(error.message).toMatch(/npm run migrate/);
      }
    });
  }

  async write(): Promise<void> {
    const empty = await createDatabase(this.kind);
    try {
      const schema = { entities: this.#entities(), migrations: this.#migrations };
      const written = await writeMigration(empty, schema, 1_700_000_000_000 + this.#migrations.length);
      if (written) this.#migrations.push(written);
    } finally {
      await empty.destroy();
    }
  }

  migrate(): Promise<void> {
    return this.#withSource(async (dataSource) => void (await migrateSchema(dataSource)));
  }

  async expectFit(): Promise<void> {
    await this.#withSource(async (dataSource) => {
      expect(await readSchema(dataSource)).toMatchObject({ pending: [], differences: [] });
      for (const [id, name] of this.#rows)
        expect(await dataSource.query(`SELECT title FROM ${name} WHERE id = '${id}'`)).toEqual([
          { title: id },
        ]);
    });
  }

  /** A row in every table, with a value in every column. */
  async #insert(dataSource: import('typeorm').DataSource): Promise<void> {
    for (const [name, { columns }] of this.#tables) {
      const id = `row ${this.#rows.size}`;
      const row = Object.fromEntries(
        Object.entries(columns).map(([column, { type }]) => [column, type === 'integer' ? 1 : id]),
      );
      await dataSource.getRepository(name).insert(row);
      this.#rows.set(id, name);
    }
  }

  #entities(): EntitySchema[] {
    return [...this.#tables].map(
      ([name, { columns, isIndexed }]) =>
        new EntitySchema({
          name,
          columns: structuredClone(columns),
          indices: isIndexed ? [{ name: `${name}_by_title`, columns: ['title', 'id'] }] : [],
        }),
    );
  }

  async #withSource(work: (dataSource: import('typeorm').DataSource) => Promise<void>): Promise<void> {
    const dataSource = await this.database.connectWith({
      entities: this.#entities(),
      migrations: [...this.#migrations],
    });
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
}

async function live(kind: DatabaseKind, steps: readonly Step[]): Promise<void> {
  const database = await createDatabase(kind);
  try {
    const developer = new Developer(kind, database);
    // A history, as every database of the product has.
    await developer.do({ does: 'entity', name: 'memo' });
    await developer.write();
    await developer.start();
    for (const each of steps) await developer.do(each);
    await developer.write();
    await developer.migrate();
    await developer.expectFit();
    await developer.start();
    await developer.expectFit();
  } finally {
    await database.destroy();
  }
}

describe.each(databaseKinds)('the schema of a developer on %s', (kind) => {
  it('fits and keeps its rows after any sequence of changes, starts and migrations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), (steps) => live(kind, steps)),
      { numRuns, endOnFailure: true },
    );
  });

  it.each<[string, Step[]]>([
    [
      'a start before the migration is written',
      [{ does: 'entity', name: 'note' }, { does: 'start' }, { does: 'write' }, { does: 'start' }],
    ],
    [
      'the migration is written before a start',
      [{ does: 'entity', name: 'note' }, { does: 'write' }, { does: 'start' }],
    ],
    [
      'a migration is half there, because a column was added after the start',
      [
        { does: 'entity', name: 'note' },
        { does: 'start' },
        { does: 'column', name: 'note', kind: 1, isFirst: true },
        { does: 'start' },
      ],
    ],
    [
      'a migration that adds a unique column to another table is half there',
      [
        { does: 'entity', name: 'note' },
        { does: 'start' },
        { does: 'column', name: 'memo', kind: 2, isFirst: false },
      ],
    ],
    [
      'one of the two tables of a migration is there',
      [{ does: 'entity', name: 'note' }, { does: 'start' }, { does: 'entity', name: 'tag' }],
    ],
    [
      'a later migration adds a column that the table was created with',
      [
        { does: 'entity', name: 'note' },
        { does: 'write' },
        { does: 'column', name: 'note', kind: 0, isFirst: true },
        { does: 'start' },
        { does: 'write' },
      ],
    ],
  ])('fits when %s', async (_, steps) => {
    await live(kind, steps);
  });
});
