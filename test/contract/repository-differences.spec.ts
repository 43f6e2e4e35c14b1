/**
 * Random programs of repository calls have the same results in memory, on SQLite and on PostgreSQL: records, counts, pages and
 * errors.
 * Real: the databases, their drivers, the database in memory. Fake: the entity.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Column, DeleteDateColumn, Entity, Index, PrimaryColumn, Unique, VersionColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import type { SqlScope } from '../../src/ddd/repository/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

const reversed = (text: string | null | undefined) => text && [...text].reverse().join('');

class Size {
  @Column('integer')
  width!: number;

  @Column('integer', { name: 'high', nullable: true })
  height!: number | null;
}

@Entity('item')
@Unique(['shelf', 'place'])
@Index(['code'], { unique: true })
class Item {
  @PrimaryColumn('integer')
  id!: number;

  @Column({ type: 'varchar', name: 'code_col', length: 20, collation: 'C' })
  code!: string;

  @Column('integer', { default: 1 })
  shelf?: number;

  @Column('integer', { nullable: true })
  place!: number | null;

  @Column('boolean', { default: true })
  active?: boolean;

  @Column('varchar', { nullable: true })
  note!: string | null;

  @Column('float', { nullable: true })
  ratio!: number | null;

  @Column({ type: 'varchar', transformer: { to: reversed, from: reversed }, nullable: true })
  backwards!: string | null;

  @Column('varchar', { select: false, nullable: true })
  secret?: string | null;

  @Column(() => Size)
  size!: Size;

  @VersionColumn()
  version?: number;

  @DeleteDateColumn({ type: 'timestamp' })
  deletedAt?: Date | null;
}

class ItemRepository extends SqlTableRepository<Item> {
  protected readonly entity = Item;

  createUnlessTaken(item: Item): Promise<Item | null> {
    return this.createUnlessExists(item);
  }
}

type Call = (items: ItemRepository) => Promise<unknown>;
interface Step {
  readonly call: Call;
  readonly text: string;
}

const smallId = fc.integer({ min: 1, max: 8 });
const word = fc.constantFrom(
  'a',
  'B',
  'ä',
  'ab',
  'Z',
  '',
  '%',
  '_',
  '*',
  'a b',
  '\u{ff5e}',
  '\u{1f600}',
  'nul',
);
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const item = fc.record(
  {
    id: smallId,
    code: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'C1', 'ä'),
    place: optional(fc.integer({ min: 1, max: 3 })),
    note: optional(word),
    ratio: optional(fc.constantFrom(0.5, -1.25, 0, 3)),
    backwards: optional(word),
    size: fc.record({
      width: fc.integer({ min: 0, max: 3 }),
      height: optional(fc.integer({ min: 0, max: 2 })),
    }),
    shelf: fc.integer({ min: 1, max: 2 }),
    active: fc.boolean(),
    secret: optional(word),
  },
  { requiredKeys: ['id', 'code', 'place', 'note', 'ratio', 'backwards', 'size'] },
);
const comparison = <Value>(values: fc.Arbitrary<Value>) =>
  fc.oneof(
    values,
    fc.constant(null),
    fc.record({ ne: optional(values) }),
    fc.record({ in: fc.array(values, { maxLength: 3 }) }),
    fc.record({ isNull: fc.boolean() }),
    fc.record({ gte: values, lt: values }, { requiredKeys: ['gte'] }),
    fc.record({ gt: values, lte: values }, { requiredKeys: ['lte'] }),
  );
const search = fc.oneof(
  comparison(word),
  ...['contains', 'startsWith', 'endsWith'].flatMap((operator) => [
    word.map((text) => ({ [operator]: text })),
    word.map((text) => ({ [`${operator}IgnoreCase`]: text })),
  ]),
  word.map((text) => ({ eqIgnoreCase: text })),
);
/** A few of these fields, each with one of its values. */
const someOf = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .uniqueArray(
      fc.oneof(...Object.entries(fields).map(([name, values]) => fc.tuple(fc.constant(name), values))),
      { maxLength: 3, selector: ([name]) => name },
    )
    .map((entries) => Object.fromEntries(entries) as object);
const filter = someOf({
  id: comparison(smallId),
  code: comparison(fc.constantFrom('c1', 'c2', 'C1')),
  place: comparison(fc.integer({ min: 1, max: 3 })),
  shelf: comparison(fc.constantFrom(1, 2, 1.5)),
  active: fc.oneof(fc.boolean(), fc.record({ ne: fc.boolean() })),
  note: search,
  backwards: comparison(word),
  ratio: comparison(fc.constantFrom(0.5, 0, 1)),
  secret: comparison(word),
  version: comparison(fc.integer({ min: 1, max: 3 })),
  deletedAt: fc.constantFrom(null, { isNull: false }),
});
const nested = fc.oneof(
  fc.record({ or: fc.array(filter, { maxLength: 3 }) }),
  fc.record({ not: filter }),
  fc.record({
    not: fc.record({ or: fc.array(filter, { minLength: 1, maxLength: 2 }) }),
    place: fc.constant(null),
  }),
);
const changes = someOf({
  code: fc.constantFrom('c1', 'c2', 'c7'),
  place: optional(fc.integer({ min: 1, max: 3 })),
  note: optional(word),
  backwards: optional(word),
  active: fc.boolean(),
  ratio: optional(fc.constantFrom(0.5, 2)),
  size: fc.record(
    { width: fc.integer({ min: 0, max: 3 }), height: optional(fc.constant(9)) },
    { requiredKeys: [] },
  ),
  id: smallId,
  deletedAt: fc.constantFrom(null, new Date(0)),
  version: fc.constant(7),
  shelf: fc.constantFrom(1, 2, null),
});
const usualFilter = fc.oneof(
  { weight: 6, arbitrary: fc.record({ id: smallId }) },
  { weight: 6, arbitrary: filter },
  { weight: 4, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      {},
      { id: {} },
      { note: undefined },
      { note: { like: 'a' } },
      { note: { in: 'a' } },
      { note: { isNull: 'no' } },
      { note: { contains: 5 } },
      { colour: 'red' },
    ),
  },
);
const field = fc.constantFrom(
  'id',
  'code',
  'place',
  'active',
  'note',
  'ratio',
  'backwards',
  'version',
  'shelf',
  'secret',
  'colour',
);
const order = fc
  .uniqueArray(
    fc.tuple(field, fc.constantFrom('asc', 'desc', 'asc', 'desc', 'asc', 'desc', 'asc', 'desc', 'up')),
    {
      maxLength: 2,
      selector: ([name]) => name,
    },
  )
  .map((fields) => Object.fromEntries(fields));
const size = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1.5, NaN, Infinity) },
);

const step = <Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  call: (items: ItemRepository, input: Input) => Promise<unknown>,
) =>
  inputs.map((input): Step => ({
    call: (items) => call(items, input),
    text: `${name} ${fc.stringify(input)}`,
  }));

const program = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: step('create', item, (items, given) => items.create(given as Item)) },
    {
      weight: 3,
      arbitrary: step('create many', fc.array(item, { maxLength: 4 }), (items, given) =>
        items.create(given as Item[]),
      ),
    },
    {
      weight: 2,
      arbitrary: step('create unless taken', item, (items, given) => items.createUnlessTaken(given as Item)),
    },
    {
      weight: 4,
      arbitrary: step('update', fc.tuple(changes, usualFilter), (items, [given, requested]) =>
        items.update(given as never, requested as never),
      ),
    },
    { weight: 1, arbitrary: step('update all', changes, (items, given) => items.updateAll(given as never)) },
    {
      weight: 2,
      arbitrary: step('delete', usualFilter, (items, requested) => items.delete(requested as never)),
    },
    { weight: 2, arbitrary: step('drop', usualFilter, (items, requested) => items.drop(requested as never)) },
    { weight: 2, arbitrary: step('find', usualFilter, (items, requested) => items.find(requested as never)) },
    {
      weight: 2,
      arbitrary: step('retrieve', usualFilter, (items, requested) => items.retrieve(requested as never)),
    },
    {
      weight: 2,
      arbitrary: step('count', usualFilter, (items, requested) => items.count(requested as never)),
    },
    {
      weight: 5,
      arbitrary: step('list', fc.tuple(usualFilter, order, size), (items, [requested, by, limit]) =>
        items.list(requested as never, { order: by, limit }),
      ),
    },
    {
      weight: 2,
      arbitrary: step(
        'page',
        fc.tuple(usualFilter, order, size, size),
        (items, [requested, by, number, page]) =>
          items.listPage(requested as never, { order: by, size: number, page }),
      ),
    },
    {
      weight: 4,
      arbitrary: step('walk', fc.tuple(usualFilter, order, size), async (items, [requested, by, batch]) => {
        const seen: Item[] = [];
        for await (const found of items.stream(requested as never, { order: by, batch })) {
          seen.push(found);
          if (seen.length > 50) throw new Error('the walk does not end');
        }
        return seen;
      }),
    },
  ),
  { minLength: 5, maxLength: 25 },
);

/** An answer as a value that can be compared: an error by its class, and by what it says to a client. */
async function responseOf(call: Call, items: ItemRepository): Promise<unknown> {
  try {
    return plain(await call(items));
  } catch (error) {
    const {
      name,
      constructor,
      message,
      resource,
      field: named,
    } = error as Error & { resource?: string; field?: string };
    return {
      error: constructor.name === 'Error' ? name : constructor.name,
      resource,
      field: named,
      message: message.replace(/item\.[\w.+]+/, 'item.…'),
    };
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

describe('Repositories in memory, on SQLite and on PostgreSQL', () => {
  const databases = databaseKinds.map((kind) => useDatabase(kind, [Item]));
  let sources: DataSource[];

  beforeAll(() => {
    sources = databases.map(({ dataSource }) => dataSource);
  });

  it('return the same for random programs of calls', async () => {
    let responses = 0;
    await fc.assert(
      fc.asyncProperty(program, async (steps) => {
        for (const source of sources) await source.query('DELETE FROM item');
        const scopes: SqlScope[] = [new InMemoryDatabase(), ...sources];
        const repositories = scopes.map((scope) => new ItemRepository(scope));
        for (const { call, text } of steps) {
          const [memory, sqlite, postgres] = await Promise.all(
            repositories.map((items) => responseOf(call, items)),
          );
          expect({ text, response: sqlite }).toEqual({ text, response: postgres });
          expect({ text, response: memory }).toEqual({ text, response: postgres });
          responses++;
        }
      }),
      { numRuns: Number(process.env['DIFFERENCE_RUNS'] ?? 100), endOnFailure: true },
    );
    expect(responses).toBeGreaterThan(500);
  });

  it('visit every record once in the order of a field with a transformer, and refuse the order of a hidden one', async () => {
    for (const source of sources) await source.query('DELETE FROM item');
    for (const scope of [new InMemoryDatabase(), ...sources]) {
      const items = new ItemRepository(scope);
      const words = ['ab', 'ba', null, 'z', 'ab', null, 'a'];
      await items.create(
        words.map((backwards, id) => ({
          ...{ id, code: `${id}`, place: null, note: null, ratio: null, secret: 'x' },
          ...{ backwards, size: { width: 1, height: null } },
        })),
      );
      for (const direction of ['asc', 'desc'] as const) {
        const seen: number[] = [];
        for await (const { id } of items.stream({}, { order: { backwards: direction }, batch: 2 }))
          seen.push(id);
        // By what is stored: the reverse of each word.
        const expected = [6, 1, 0, 4, 3, 2, 5];
        expect(seen).toEqual(direction === 'asc' ? expected : expected.reverse());
      }
      for (const requested of [
        items.list({}, { order: { secret: 'asc' } }),
        items.listPage({}, { order: { secret: 'desc' } }),
      ])
        await expect(requested).rejects.toThrow(/Item\.secret is not read/);
      await expect(items.listAfter({}, { order: { secret: 'asc' }, size: 2 })).rejects.toThrow(
        /order by another field/,
      );
      expect(await items.count({ secret: 'x' })).toBe(7);
    }
  });
});
