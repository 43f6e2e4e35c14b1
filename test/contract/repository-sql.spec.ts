/**
 * The contract of repositories on each database, and what concerns only databases: plans, limits, collations.
 * Real: the databases and their drivers. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '../../src/ddd/repository/index.js';
import { catalogEntities, CatalogWorker, Product, ProductRepository } from '../support/products.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind } from '../support/databases.js';
import { planOf } from '../support/plan.js';
import { repositoryContract } from '../../testing/index.js';

async function openCatalog(kind: DatabaseKind) {
  const database = await createDatabase(kind);
  const dataSource = await database.connect(catalogEntities);
  await dataSource.synchronize();
  return { repository: new ProductRepository(dataSource), dataSource, close: () => database.destroy() };
}

const many = (length: number): Product[] =>
  Array.from({ length }, (_, index) => ({
    id: `id-${String(index).padStart(6, '0')}`,
    sku: `sku-${index}`,
    name: `name ${index % 977}`,
    price: index % 991,
    rating: index % 7 ? index / 10 : null,
    note: null,
  }));

describe.each(databaseKinds)('SqlTableRepository on %s', (kind) => {
  repositoryContract(kind, () => openCatalog(kind));

  describe('with twenty thousand records', () => {
    const records = many(20_000);
    let catalog: Awaited<ReturnType<typeof openCatalog>>;

    beforeAll(async () => {
      catalog = await openCatalog(kind);
      await catalog.repository.create(records);
      await catalog.dataSource.query('ANALYZE');
    });
    afterAll(() => catalog.close());

    it('stores more records at once than one statement can hold', async () => {
      expect(await catalog.repository.count()).toBe(20_000);
    });

    it('stores all records or none, in a unit of work and outside', async () => {
      const extra = many(30_000).slice(20_000);
      const doubled = [...extra, { ...extra[0], id: 'doubled' } as Product];

      await expect(catalog.repository.create(doubled)).rejects.toMatchObject({ constraint: 'product.sku' });
      const worker = new CatalogWorker(catalog.dataSource);
      await expect(
        worker.run(({ product }) => product.create(doubled), { timeoutMs: 60_000 }),
      ).rejects.toMatchObject({ constraint: 'product.sku' });
      expect(await catalog.repository.count()).toBe(20_000);
    });

    it('accepts a list of any length for in', async () => {
      const ids = Array.from({ length: 70_000 }, (_, index) => `id-${String(index).padStart(6, '0')}`);

      expect(await catalog.repository.count({ id: { in: ids } })).toBe(20_000);
      expect(await catalog.repository.update({ note: 'seen' }, { id: { in: ids.slice(0, 40_000) } })).toBe(
        20_000,
      );
    });

    it.each<[Order<Product>, string]>([
      [{}, 'product'],
      [{ price: 'asc' }, 'price'],
      [{ price: 'desc' }, 'price'],
      [{ name: 'asc' }, 'name'],
      [{ name: 'desc' }, 'name'],
    ])('finds a page after a cursor through an index, without sorting: %j', async (order) => {
      const { next } = await catalog.repository.listAfter({}, { order, size: 50 });
      const plan = await planOf(catalog.dataSource, () =>
        catalog.repository.listAfter({}, { order, size: 50, after: next }),
      );

      expect(plan).toMatch(
        kind === 'sqlite' ? /SEARCH product USING INDEX \S+ \(.+[<>]/ : /Index Scan.*\n?.*Index Cond/s,
      );
      expect(plan).not.toMatch(/TEMP B-TREE|Sort|Seq Scan/);
    });

    it.each<Order<Product>>([{ rating: 'asc' }, { rating: 'desc' }])(
      'reads a page in the order of a field that may be empty through its index: %j',
      async (order) => {
        const plan = await planOf(catalog.dataSource, () =>
          catalog.repository.list({}, { order, limit: 50 }),
        );

        expect(plan).toMatch(kind === 'sqlite' ? /SCAN product USING INDEX/ : /Index Scan/);
        expect(plan).not.toMatch(kind === 'sqlite' ? /USE TEMP B-TREE FOR ORDER BY/ : /^\s*(->)?\s*Sort/m);
      },
    );

    it('finds ids in a list and texts by their beginning through an index', async () => {
      const byIds = await planOf(catalog.dataSource, () =>
        catalog.repository.list({ id: { in: ['id-000001', 'id-000002'] } }),
      );
      const byBeginning = await planOf(catalog.dataSource, () =>
        catalog.repository.count({ sku: { startsWith: 'sku-19' } }),
      );

      expect(byIds).toMatch(kind === 'sqlite' ? /SEARCH product USING INDEX/ : /Index (Scan|Cond)/);
      expect(byBeginning).toMatch(kind === 'sqlite' ? /USING (COVERING )?INDEX \S+ \(sku/ : /Index Cond/);
    });
  });
});

describe('SqlTableRepository on a PostgreSQL column with the collation of a language', () => {
  it('still orders and compares text by code point', async () => {
    const { repository, dataSource, close } = await openCatalog('postgres');
    try {
      await dataSource.query('ALTER TABLE product ALTER COLUMN note TYPE varchar(200) COLLATE "en-x-icu"');
      const notes = ['b', 'B', 'a', 'Z', 'ä', 'a b', 'ab'];
      await repository.create(
        many(notes.length).map((record, index) => ({ ...record, note: notes[index] ?? null })),
      );

      const listed = await repository.list({ note: { gte: 'Z' } }, { order: { note: 'asc' } });
      expect(listed.map(({ note }) => note)).toEqual(['Z', 'a', 'a b', 'ab', 'b', 'ä']);
    } finally {
      await close();
    }
  });
});
