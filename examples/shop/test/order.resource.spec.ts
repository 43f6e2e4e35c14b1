/**
 * The rules of buying, without a database.
 * Real: the rules, the repositories, the HTTP worker. Fake: the database, in memory; the price service.
 */
import { HttpService } from '@nestjs/axios';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { respondJson, FakeService, InMemoryDatabase } from '../../../testing/index.js';
import { ConfirmationMessageRepository } from '../confirmation/confirmation-message.repository.js';
import type { Confirmation } from '../confirmation/confirmation-message.repository.js';
import { ConfirmationWorker } from '../confirmation/confirmation.worker.js';
import { OutOfStockError } from '../order/order.errors.js';
import { OrderRepository } from '../order/order.repository.js';
import { OrderResource } from '../order/order.resource.js';
import { OrderWorker } from '../order/order.worker.js';
import { PriceWorker } from '../price/price.worker.js';
import { ProductRepository } from '../product/product.repository.js';

describe('OrderResource', () => {
  const database = new InMemoryDatabase();
  const products = new ProductRepository(database);
  const orders = new OrderRepository(database);
  const recorded: Confirmation[] = [];
  let prices: FakeService;
  let resource: OrderResource;

  /** Replaces a repository that runs its own SQL. */
  class Recorded extends ConfirmationMessageRepository {
    override async record(confirmation: Confirmation): Promise<string> {
      recorded.push(confirmation);
      return 'key';
    }
  }

  beforeEach(async () => {
    prices = await FakeService.start(respondJson({ id: 'lamp', cents: 1_000 }));
    resource = new OrderResource(
      database.worker(OrderWorker),
      new PriceWorker(new HttpService(axios.create({ baseURL: prices.url }))),
      database.worker(ConfirmationWorker, { confirmation: Recorded }),
    );
    await products.create({ id: 'lamp', name: 'Lamp', stock: 2 });
  });
  afterEach(() => prices.stop());

  it('place sells until the stock is used up', async () => {
    const wish = { email: 'ada@example.com', lines: [{ productId: 'lamp', quantity: 2 }] };
    const { id, total } = await resource.place('ada', wish);

    expect(total).toBe(2_000);
    expect(recorded).toEqual([{ email: wish.email, order: id, total }]);
    await expect(resource.place('ada', wish)).rejects.toThrow(OutOfStockError);
    expect(await orders.count()).toBe(1);
    expect(recorded).toHaveLength(1);
  });
});
