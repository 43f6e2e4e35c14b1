/**
 * The products' repository on each database and in memory.
 * Real: the databases. Fake: nothing.
 */
import { describe, expect, it } from '@jest/globals';
import {
  databaseKinds,
  entityContract,
  InMemoryDatabase,
  rolledBack,
  useDatabase,
} from '../../../testing/index.js';
import { ProductRepository } from '../product/product.repository.js';
import { ProductWorker } from '../product/product.worker.js';
import { shopEntities } from '../shop-database.module.js';

const record = (number: number) => ({ id: `product-${number}`, name: 'Lamp', stock: number });

entityContract('ProductRepository in memory', {
  open: async () => ({ repository: new ProductRepository(new InMemoryDatabase()) }),
  record,
  change: { stock: 0 },
});

describe.each(databaseKinds)('ProductRepository on %s', (kind) => {
  const database = useDatabase(kind, shopEntities);

  entityContract('ProductRepository', {
    open: async () => ({ repository: new ProductRepository(database.dataSource) }),
    record,
    change: { stock: 0 },
  });

  it('take leaves the stock alone when there is too little', () =>
    rolledBack(database.dataSource, async () => {
      const worker = new ProductWorker(database.dataSource);
      await worker.run(({ product }) => product.create({ id: 'lamp', name: 'Lamp', stock: 2 }));

      expect(await worker.run(({ product }) => product.take('lamp', 3))).toBe(false);
      expect(await worker.run(({ product }) => product.take('lamp', 2))).toBe(true);
      const products = new ProductRepository(database.dataSource);
      expect(await products.retrieve({ id: 'lamp' })).toMatchObject({ stock: 0 });
    }));
});
