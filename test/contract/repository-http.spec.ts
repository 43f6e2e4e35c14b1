/**
 * The contract of repositories, over HTTP.
 * Real: a server with the REST resource of the products, its database, the client. Fake: nothing.
 */
import axios from 'axios';
import { HttpResourceRepository } from '../../src/ddd/repository/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { startApi } from '../support/product-api.js';
import { catalogEntities } from '../support/products.js';
import type { Product } from '../support/products.js';
import { repositoryContract } from '../../testing/index.js';

class RemoteProducts extends HttpResourceRepository<Product> {
  protected readonly resource = 'product';
}

for (const kind of databaseKinds)
  repositoryContract(`HTTP over ${kind}`, async () => {
    const database = await createDatabase(kind);
    const dataSource = await database.connect(catalogEntities);
    await dataSource.synchronize();
    const { app, url } = await startApi(dataSource);
    return {
      repository: new RemoteProducts({ client: axios.create({ baseURL: url }) }),
      close: async () => {
        await app.close();
        await database.destroy();
      },
    };
  });
