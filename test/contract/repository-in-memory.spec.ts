/**
 * The contract of repositories, in memory.
 * Real: the database in memory that ships for tests. Fake: nothing.
 */
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { ProductRepository } from '../support/products.js';
import { repositoryContract } from '../../testing/index.js';

repositoryContract('memory', async () => ({
  repository: new ProductRepository(new InMemoryDatabase()),
  close: async () => undefined,
}));
