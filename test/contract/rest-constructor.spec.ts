// Real: Nest's injection, the server, a database in memory. Fake: nothing.
import { describe, expect, it } from '@jest/globals';
import { Controller, Inject, Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InMemoryDatabase } from '../../testing/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { CatalogWorker } from '../support/products.js';
import { ProductDetails, ProductView, openTo, startApi } from '../support/product-api.js';

@Injectable()
class Prices {
  readonly factor = 2;
}

/** Takes its worker last. */
@Injectable()
class PricedResource extends CollectionResource.of(CatalogWorker, 'product') {
  constructor(
    readonly prices: Prices,
    @Inject('currency') readonly currency: string,
    worker: CatalogWorker,
  ) {
    super(worker);
  }
}

/** Takes its resource last. */
@Controller('priced')
class PricedController extends RestController({
  name: 'Product',
  resource: PricedResource,
  verbs: ['create', 'list'],
  access: openTo('create', 'list'),
  view: ProductView,
  body: ProductDetails,
}) {
  constructor(
    readonly prices: Prices,
    readonly resource: PricedResource,
  ) {
    super(resource);
  }
}

/** Nest reads the parameters of a constructor from a decorator, and this class has none. */
class Undecorated extends CollectionResource.of(CatalogWorker, 'product') {
  constructor(
    readonly prices: Prices,
    worker: CatalogWorker,
  ) {
    super(worker);
  }
}

describe('A resource and a controller with constructors of their own', () => {
  it('get their parameters injected, in any order', async () => {
    const providers = [Prices, { provide: 'currency', useValue: 'EUR' }, PricedResource];
    const { app, url } = await startApi(new InMemoryDatabase(), [PricedController], providers);
    try {
      const created = await fetch(`${url}/priced/`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ sku: 'a-1', name: 'Lamp', price: 5 }),
      });
      expect(created.status).toBe(201);
      const { prices, currency } = app.get(PricedResource);
      expect([prices, currency]).toEqual([app.get(Prices), 'EUR']);
      expect(app.get(PricedController).prices).toBe(prices);
    } finally {
      await app.close();
    }
  });

  it('are refused at the start, with the remedy, when the worker is not passed to super()', async () => {
    const assembly = Test.createTestingModule({
      providers: [Prices, Undecorated, { provide: CatalogWorker, useValue: { run: () => undefined } }],
    });
    await expect(assembly.compile()).rejects.toThrow(
      'Undecorated passes no CatalogWorker to super(): take one in its constructor, in any place, and decorate the class ' +
        'with @Injectable()',
    );
  });
});
