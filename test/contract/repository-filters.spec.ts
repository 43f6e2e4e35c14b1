/**
 * Random filters, nested and with text of many scripts, find the same records on every backend: those that a plain
 * reading of the filter finds.
 * Real: the databases and their drivers, the database in memory, the server of the REST resource and its client.
 * Fake: nothing. Random: the filters; a failure prints the seed that repeats it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import fc from 'fast-check';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { folded, HttpResourceRepository, SqlTableRepository } from '../../src/ddd/repository/index.js';
import type { Filter, Repository } from '../../src/ddd/repository/index.js';
import { databaseKinds, useDatabase } from '../../testing/index.js';
import { catalogEntities, ProductRepository } from '../support/products.js';
import type { Product } from '../support/products.js';
import { startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { planOf } from '../support/plan.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';

class RemoteProducts extends HttpResourceRepository<Product> {
  protected readonly resource = 'product';
}

const numRuns = Number(process.env['VALUE_RUNS'] ?? 120);

/** Letters whose case the tables of databases, languages and lengths disagree about, and what patterns are made of. */
const pieces = [
  ...['k', 'K', '\u212a', 's', 'S', 'ſ', 'i', 'I', 'İ', 'ı', 'ß', 'ẞ', 'ss', 'å', 'Å', '\u212b'],
  ...['ä', 'Ä', 'a\u0308', 'σ', 'ς', 'Σ', 'µ', 'μ', 'Μ', 'ǆ', 'ǅ', 'Ǆ', 'ΐ', '\u1fd3', 'ﬅ', 'ﬆ'],
  ...['ж', 'Ж', '𐐀', '𐐨', 'Ꭰ', 'ꭰ', 'ა', 'Ა', '🦊', '漢'],
  ...['%', '_', '*', '?', '[', ']', '^', '-', '\\', '.', '$', '(', '|', '+', '{2}', '\n', ' ', "'", '#'],
];
const piece = fc.constantFrom(...pieces);
const text = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join(''));

const stock: Product[] = pieces.flatMap((one, index) => {
  const name = `${pieces[(index * 7) % pieces.length]}${one}${pieces[(index * 3 + 1) % pieces.length]}`;
  const note = index % 3 ? `${one}${pieces[(index * 5) % pieces.length]}` : null;
  return {
    id: `p${index}`,
    sku: `sku-${index}`,
    name,
    price: index % 4,
    active: index % 2 === 0,
    rating: index % 5 ? index / 2 : null,
    note,
  };
});

const textOperators = [
  ...(['contains', 'startsWith', 'endsWith', 'eqIgnoreCase'] as const),
  ...(['containsIgnoreCase', 'startsWithIgnoreCase', 'endsWithIgnoreCase'] as const),
];
const known = fc.constantFrom(...stock.flatMap(({ name, note }) => [name, note ?? '']));
const fieldFilter = fc.oneof(
  fc
    .tuple(fc.constantFrom('name', 'note'), fc.constantFrom(...textOperators), fc.oneof(text, known))
    .map(([field, operator, value]) => ({ [field]: { [operator]: value } })),
  fc
    .tuple(fc.constantFrom('eq', 'ne', 'gt', 'lte'), fc.oneof(text, known))
    .map(([operator, value]) => ({ note: { [operator]: value } })),
  fc
    .tuple(fc.constantFrom('ne', 'lt', 'gte'), fc.integer({ min: -1, max: 20 }))
    .map(([operator, value]) => ({ rating: { [operator]: value } })),
  fc.constantFrom(
    { note: null },
    { rating: { isNull: false } },
    { active: true },
    { price: { in: [1, 3] } },
    { price: { in: [] } },
  ),
);
const { filter } = fc.letrec<{ filter: Filter<Product> }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fieldFilter as fc.Arbitrary<Filter<Product>>,
    fc.array(tie('filter'), { maxLength: 3 }).map((or) => ({ or })),
    tie('filter').map((not) => ({ not })),
    fc.tuple(fieldFilter, tie('filter')).map(([one, not]) => ({ ...one, not })),
  ),
}));

/** What a filter means, read plainly. */
function fulfils(product: Product, requested: Filter<Product>): boolean {
  return Object.entries(requested).every(([name, value]: [string, unknown]) => {
    if (name === 'or') return (value as Filter<Product>[]).some((one) => fulfils(product, one));
    if (name === 'not') return !fulfils(product, value as Filter<Product>);
    const held = product[name as keyof Product] ?? null;
    if (typeof value !== 'object' || value === null) return held === value;
    return Object.entries(value).every(([operator, operand]) => holds(held, operator, operand as never));
  });
}

function holds(held: unknown, operator: string, operand: never): boolean {
  if (operator === 'isNull') return (held === null) === operand;
  if (operator === 'ne') return held !== operand;
  if (held === null) return false;
  switch (operator) {
    case 'eq':
      return held === operand;
    case 'gt':
      return compare(held, operand) > 0;
    case 'gte':
      return compare(held, operand) >= 0;
    case 'lt':
      return compare(held, operand) < 0;
    case 'lte':
      return compare(held, operand) <= 0;
    case 'in':
      return (operand as unknown[]).includes(held);
    default:
      return new RegExp(expressionOf(operator, operand), operator.endsWith('IgnoreCase') ? 'iu' : 'u').test(
        held as string,
      );
  }
}

const compare = (one: unknown, other: unknown): number =>
  typeof one === 'string'
    ? Buffer.compare(Buffer.from(one), Buffer.from(other as string))
    : (one as number) - (other as number);

function expressionOf(operator: string, operand: string): string {
  const literal = operand.replace(
    /[\\^$.*+?()[\]{}|/-]/g,
    (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`,
  );
  if (operator.startsWith('contains')) return literal;
  return `${operator.startsWith('ends') ? '' : '^'}${literal}${operator.startsWith('starts') ? '' : '$'}`;
}

describe.each(backendKinds)('Random filters on %s', (kind) => {
  let backend: Backend;
  let api: Api;
  let products: ProductRepository;
  beforeAll(async () => {
    backend = await createBackend(kind, catalogEntities);
    products = new ProductRepository(backend.scope);
    api = await startApi(backend.scope);
    await products.create(stock);
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });

  const idsOf = async (repository: Repository<Product>, requested: Filter<Product>) =>
    (await repository.list(requested, { limit: 1_000 })).map(({ id }) => id).sort();
  const expectedOf = (requested: Filter<Product>) =>
    stock
      .filter((product) => fulfils(product, requested))
      .map(({ id }) => id)
      .sort();

  it('find what they say, in the repository', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (requested) => {
        expect(await idsOf(products, requested)).toEqual(expectedOf(requested));
        expect(await products.count(requested)).toBe(expectedOf(requested).length);
      }),
      { numRuns },
    );
  });

  it('find what they say, over HTTP', async () => {
    const remote = new RemoteProducts({ client: axios.create({ baseURL: api.url }) });
    await fc.assert(
      fc.asyncProperty(filter, async (requested) => {
        expect(await idsOf(remote, requested)).toEqual(expectedOf(requested));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('search a thousand characters whatever their case, and refuse more', async () => {
    const name = 'Straße Σίσυφος '.repeat(67).slice(0, 100);
    await products.create({ id: 'long', sku: 'long', name, price: 1, note: 'ꭰ'.repeat(200) });
    const found = async (requested: Filter<Product>) => (await products.list(requested)).map(({ id }) => id);

    expect(
      await found({ name: { eqIgnoreCase: name.replace(/[α-ω]/g, (one) => one.toUpperCase()) } }),
    ).toEqual(['long']);
    expect(await found({ note: { containsIgnoreCase: 'Ꭰ'.repeat(200) } })).toEqual(['long']);
    expect(await found({ note: { containsIgnoreCase: 'ꭰ'.repeat(1_000) } })).toEqual([]);
    for (const operator of [
      'eqIgnoreCase',
      'containsIgnoreCase',
      'startsWithIgnoreCase',
      'endsWithIgnoreCase',
    ])
      await expect(products.list({ note: { [operator]: 'a'.repeat(1_001) } })).rejects.toMatchObject({
        field: 'note',
        message: expect.stringContaining('at most 1000 characters'),
      });
    await products.delete({ id: 'long' });
  });

  if (kind !== 'memory')
    it('are answered by an index: alternatives, and a short text whatever its case', async () => {
      const many = Array.from({ length: 3_000 }, (_, index) => ({
        id: `m${index}`,
        sku: `m-${index}`,
        name: `n${index}`,
        price: 100 + index,
      }));
      await products.create(many);
      const { scope } = backend;
      if (!('query' in scope)) throw new Error('no data source');
      await scope.query('ANALYZE');
      const isScan = kind === 'sqlite' ? /SCAN product/ : /Seq Scan/;

      for (const requested of [{ or: [{ sku: 'm-7' }, { price: 150 }] }, { sku: { eqIgnoreCase: 'M-7' } }])
        expect(await planOf(scope, () => products.list(requested))).not.toMatch(isScan);
      await products.drop({ id: { startsWith: 'm' } });
    });
});

@Entity('page')
class Page {
  @PrimaryColumn('integer') id!: number;
  @Column('text') text!: string;
}

class PageRepository extends SqlTableRepository.of(Page) {}

describe.each(databaseKinds)('A filter by a long text on %s', (kind) => {
  const database = useDatabase(kind, [Page], { perTest: true });
  const text = `${'*'.repeat(9_998)}ä${'€'.repeat(20_000)}!`;

  // SQLite takes no pattern of more than 50,000 bytes.
  it.each([9_999, 10_000, 10_001, 20_000])('finds what has %s characters of it', async (length) => {
    const pages = new PageRepository(database.dataSource);
    await pages.create({ id: 1, text });
    const count = (asked: object) => pages.count({ text: asked });

    expect(await count({ startsWith: text.slice(0, length) })).toBe(1);
    expect(await count({ contains: text.slice(5, 5 + length) })).toBe(1);
    expect(await count({ endsWith: text.slice(-length) })).toBe(1);
    expect(await count({ startsWith: text.slice(1, 1 + length) })).toBe(0);
    expect(await count({ contains: `${text.slice(5, 4 + length)}?` })).toBe(0);
    expect(await count({ endsWith: text.slice(-length - 1, -1) })).toBe(0);
  });
});

describe('Case, as filters ignore it', () => {
  it('is that of regular expressions with the flags i and u, for each character that has one', () => {
    const cased = Array.from({ length: 0x1_0000 * 2 }, (_, point) => String.fromCodePoint(point)).filter(
      (one) => /[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u.test(one),
    );
    const all = cased.join('');
    const groups = new Map<string, string[]>();
    for (const one of cased) groups.set(folded(one), [...(groups.get(folded(one)) ?? []), one]);
    for (const one of cased)
      expect([one, all.match(new RegExp(one, 'giu'))]).toEqual([one, groups.get(folded(one))]);
  });
});
