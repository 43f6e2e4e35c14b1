/**
 * The products' repository on each database and in memory.
 * Real: the databases. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  createDatabase,
  databaseKinds,
  entityContract,
  InMemoryDatabase,
  rolledBack,
} from '../../../testing/index.js';
import type { TestDatabase } from '../../../testing/index.js';
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
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase(kind);
    dataSource = await database.connect(shopEntities);
    await dataSource.synchronize();
  });
  afterAll(() => database.destroy());

  entityContract('ProductRepository', {
    open: async () => ({ repository: new ProductRepository(dataSource) }),
    record,
    change: { stock: 0 },
  });

  it('take leaves the stock alone when there is too little', () =>
    rolledBack(dataSource, async () => {
      const worker = new ProductWorker(dataSource);
      await worker.run(({ product }) => product.create({ id: 'lamp', name: 'Lamp', stock: 2 }));

      expect(await worker.run(({ product }) => product.take('lamp', 3))).toBe(false);
      expect(await worker.run(({ product }) => product.take('lamp', 2))).toBe(true);
      expect(await new ProductRepository(dataSource).retrieve({ id: 'lamp' })).toMatchObject({ stock: 0 });
    }));
});
