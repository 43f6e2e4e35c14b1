/**
 * The shop over HTTP, on each database.
 * Real: the whole app, its database, its courier. Fake: the price service and the notification service.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  respond,
  respondJson,
  createTestApp,
  databaseKinds,
  FakeService,
  inSequence,
} from '../../../testing/index.js';
import type { Behaviour, TestApp } from '../../../testing/index.js';
import { AccountService } from './account-service.js';
import { OrderRepository } from '../order/order.repository.js';
import { OrderLineRepository } from '../order/order-line.repository.js';
import { ShopModule } from '../shop.module.js';
import { setUpShop } from '../shop.setup.js';

const email = 'ada@example.com';

/** A price service with the prices in `known`, by product. */
const priced =
  (known: Map<string, number>): Behaviour =>
  (response, request) => {
    const [, , id = ''] = request.path.split('/');
    const cents = known.get(id);
    (cents === undefined ? respond(404) : respondJson({ id, cents }))(response, request);
  };

describe.each(databaseKinds)('The shop on %s', (kind) => {
  let app: TestApp;
  let accountService: AccountService;
  let priceService: FakeService;
  let notificationService: FakeService;
  let known: Map<string, number>;

  beforeEach(async () => {
    known = new Map();
    accountService = await AccountService.start();
    priceService = await FakeService.start(priced(known));
    notificationService = await FakeService.start();
    app = await createTestApp({
      module: ShopModule.with({
        accountServiceUrl: accountService.url,
        priceServiceUrl: priceService.url,
        notificationServiceUrl: notificationService.url,
      }),
      setUp: setUpShop,
      database: kind,
    });
  });
  afterEach(async () => {
    await app.close();
    await accountService.stop();
    await priceService.stop();
    await notificationService.stop();
  });

  const ada = () => accountService.bearer('ada');
  const staff = () => accountService.bearer('staff', ['product:write', 'order:read']);

  /** Puts a product on sale. @returns its id */
  async function stock(name: string, pieces: number, cents: number): Promise<string> {
    const { status, text } = await app.post('/product/', { name, stock: pieces }, await staff());
    expect(status).toBe(201);
    const { id } = JSON.parse(text);
    known.set(id, cents);
    return id;
  }
  const orderOf = (buyer: object, ...lines: [productId: string, quantity: number][]) => {
    const wish = { email, lines: lines.map(([productId, quantity]) => ({ productId, quantity })) };
    return app.post('/order/', wish, { ...buyer });
  };
  const order = async (...lines: [productId: string, quantity: number][]) => orderOf(await ada(), ...lines);
  const left = async (id: string) => JSON.parse((await app.send(`/product/${id}/`)).text).stock as number;

  it('sells: takes the stock, writes the order with its prices, and confirms it', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    const runner = await stock('Desk', 2, 20_000);
    const placed = await order([lamp, 2], [runner, 1], [lamp, 1]);

    expect(placed.status).toBe(201);
    const { id, total, lines } = JSON.parse(placed.text);
    expect(total).toBe(23_000);
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual({ productId: lamp, quantity: 3, cents: 1_000 });
    expect([await left(lamp), await left(runner)]).toEqual([2, 1]);
    expect(JSON.parse((await app.send(`/order/${id}/`, { headers: await ada() })).text)).toMatchObject({
      id,
      total,
    });
    expect(await notificationService.first).toMatchObject({ body: { email, order: id, total } });
  });

  it('sells nothing when one product is out of stock: no stock is taken, no order, no confirmation', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    const runner = await stock('Desk', 1, 20_000);
    const refused = await order([lamp, 2], [runner, 2]);

    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.text).detail).toBe('Not enough in stock');
    expect([await left(lamp), await left(runner)]).toEqual([5, 1]);
    expect(await app.get(OrderRepository).count()).toBe(0);
    await order([runner, 1]);
    expect(await notificationService.first).toMatchObject({ body: { total: 20_000 } });
  });

  it('sells the last items once, however many concurrent buyers there are', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    const runner = await stock('Desk', 100, 20_000);
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, buyer) =>
        buyer % 2 ? order([lamp, 1], [runner, 1]) : order([runner, 1], [lamp, 1]),
      ),
    );

    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(201), ...Array<number>(7).fill(409)]);
    expect([await left(lamp), await left(runner)]).toEqual([0, 95]);
    expect(await app.get(OrderRepository).count()).toBe(5);
    expect(await app.get(OrderLineRepository).count()).toBe(10);
  });

  it('requests prices outside of units of work, so that others can write meanwhile', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    let respondNow = () => {};
    priceService.behaviour = (response, request) => {
      respondNow = () => priced(known)(response, request);
    };
    const placing = order([lamp, 1]);
    await priceService.first;
    await stock('Desk', 1, 20_000);
    const patched = await app.send(`/product/${lamp}/`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', ...(await staff()) },
      body: JSON.stringify({ stock: 3 }),
    });
    expect(patched.status).toBe(200);
    respondNow();

    expect((await placing).status).toBe(201);
    expect(await left(lamp)).toBe(2);
  });

  it('sells nothing without a price', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    known.delete(lamp);
    expect((await order([lamp, 1])).status).toBe(422);

    priceService.behaviour = respond(500);
    expect((await order([lamp, 1])).status).toBe(502);
    expect(await left(lamp)).toBe(5);
  });

  it('confirms once under one key, although the notification service fails at first', async () => {
    notificationService.behaviour = inSequence(respond(503, { 'Retry-After': '0' }), respond(200));
    const lamp = await stock('Lamp', 5, 1_000);
    await order([lamp, 1]);

    const { key } = await notificationService.first;
    await notificationService.until(2);
    expect(notificationService.of(key)).toHaveLength(2);
    expect(key).toMatch(/^[\da-f-]{36}$/);
  });

  it('keeps a product that was ordered, and names the errors of an order', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    await order([lamp, 1]);

    expect((await app.send(`/product/${lamp}/`, { method: 'DELETE', headers: await staff() })).status).toBe(
      409,
    );
    const wish = { email: 'x@', lines: [{ productId: lamp, quantity: 0 }] };
    const wrong = await app.post('/order/', wish, await ada());
    expect(wrong.status).toBe(400);
    expect(Object.keys(JSON.parse(wrong.text).detail)).toEqual(['email', 'lines.0.quantity']);
    expect((await app.send('/order/none/', { headers: await ada() })).status).toBe(404);
  });

  it('shows customers their own orders, and staff with the permission all', async () => {
    const bob = await accountService.bearer('bob');
    const lamp = await stock('Lamp', 5, 1_000);
    const { id } = JSON.parse((await order([lamp, 1])).text);
    await orderOf(bob, [lamp, 2]);
    const see = async (path: string, headers: Record<string, string>) => {
      const { status, text } = await app.send(path, { headers });
      return [status, JSON.parse(text)] as const;
    };
    const totals = async (headers: Record<string, string>) =>
      (await see('/order/?order=total', headers))[1].data.map(({ total }: { total: number }) => total);

    expect([await totals(await ada()), await totals(bob)]).toEqual([[1_000], [2_000]]);
    expect(await totals(await staff())).toEqual([1_000, 2_000]);
    expect((await see(`/order/${id}/`, await staff()))[0]).toBe(200);
    expect(await see(`/order/${id}/`, bob)).toEqual(await see('/order/none/', bob));
    expect((await see(`/order/${id}/`, bob))[0]).toBe(404);
  });

  it('refuses tokens that the account service has not signed', async () => {
    const lamp = await stock('Lamp', 5, 1_000);
    const stranger = await AccountService.start();
    const forged = await stranger.bearer('ada');
    await stranger.stop();

    expect((await orderOf({}, [lamp, 1])).status).toBe(401);
    expect((await orderOf(forged, [lamp, 1])).status).toBe(401);
    expect((await app.post('/product/', { name: 'Desk', stock: 1 }, await ada())).status).toBe(403);
    expect(await left(lamp)).toBe(5);
  });

  it('describes itself', async () => {
    const document = JSON.parse((await app.send('/schema/')).text);

    expect(document.info.title).toBe('Shop');
    expect(Object.keys(document.paths)).toEqual([
      '/product/',
      '/product/batch/',
      '/product/{id}/',
      '/order/',
      '/order/{id}/',
    ]);
  });
});
