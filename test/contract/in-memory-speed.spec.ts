/**
 * The in-memory database takes constant time per record.
 * Real: the database in memory. Fake: nothing.
 */
import { expect, it } from '@jest/globals';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { CatalogWorker, ProductRepository } from '../support/products.js';

/** If each write looked at all rows, this would take minutes more than Jest allows. */
const many = 10_000;

it('writes, finds and removes ten thousand records one by one', async () => {
  const database = new InMemoryDatabase();
  const products = new ProductRepository(database);
  const worker = database.worker(CatalogWorker);
  for (let number = 0; number < many; number++) {
    const record = { id: `${number}`, sku: `sku-${number}`, name: 'Lamp', price: number };
    if (number % 2) await products.create(record);
    else await worker.run(({ product }) => product.create(record));
  }
  await expect(products.create({ id: '-1', sku: 'sku-7', name: 'Lamp', price: 1 })).rejects.toThrow(
    'product.sku',
  );
  for (let number = 0; number < many; number += 2) {
    expect(await products.update({ price: -1 }, { id: `${number}` })).toBe(1);
    await products.delete({ sku: `sku-${number + 1}` });
  }
  expect(await products.count({ price: -1 })).toBe(many / 2);
  expect(await products.count()).toBe(many / 2);
});
