/**
 * What holds for any request to a REST resource: tested with random requests, on each backend.
 * Real: the server with its HTTP rules, the databases, SQL and in memory. Fake: nothing. Random: parameters and bodies;
 * a failure prints the seed that repeats it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operatorsOf, parameterName } from '../../src/rest/parameter.js';
import { catalogEntities, ProductRepository } from '../support/products.js';
import { startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';

const kinds = {
  id: 'text',
  sku: 'text',
  name: 'text',
  price: 'number',
  active: 'boolean',
  rating: 'number',
  note: 'text',
} as const;
const filters = Object.entries(kinds).flatMap(([field, kind]) =>
  operatorsOf[kind].map((operator) => parameterName(field, operator)),
);
const ofLists = ['order', 'size', 'page', 'after'];
const stock = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  sku: ['', 'A', 'a', '%', '_', 'ä', '🦊', 'a*', 'a?', '[a]', "'", 'x'][index] as string,
  name: `n${index % 3}`,
  price: index % 4,
  active: index % 2 === 0,
  rating: index % 3 ? index / 2 : null,
  note: index % 4 ? `note ${index}` : null,
}));

const text = fc.string({ unit: 'binary', maxLength: 8 });
/** Texts of which many are values of the stock. */
const value = fc.oneof(
  text,
  fc.constantFrom(...stock.flatMap(({ id, sku, name }) => [id, sku, name]), 'true', 'false', 'null'),
  fc.oneof(fc.integer({ min: -2, max: 5 }), fc.integer(), fc.double()).map(String),
);
const inherited = Object.getOwnPropertyNames(Object.prototype);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...filters) },
  fc.constantFrom(...ofLists, ...inherited, ...inherited.map((one) => `price[${one}]`)),
  fc.tuple(fc.constantFrom(...Object.keys(kinds)), text).map(([field, operator]) => `${field}[${operator}]`),
  text,
);
const parameters = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 });
const filter = fc.array(fc.tuple(fc.constantFrom(...filters), value), { minLength: 1, maxLength: 3 });
const body = fc.oneof(
  fc.record(
    {
      id: fc.oneof(fc.constantFrom('p1', 'new'), fc.jsonValue()),
      sku: fc.oneof(text, fc.jsonValue()),
      name: fc.oneof(fc.constant('Name'), fc.jsonValue()),
      price: fc.oneof(fc.integer(), fc.jsonValue()),
      active: fc.oneof(fc.boolean(), fc.jsonValue()),
      rating: fc.oneof(fc.double(), fc.jsonValue()),
      note: fc.oneof(text, fc.jsonValue()),
      data: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.record({ data: fc.array(fc.record({ id: text, sku: text, name: text, price: fc.integer() })) }),
  fc.jsonValue(),
);

const queryOf = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([one, other]) => `${encodeURIComponent(one)}=${encodeURIComponent(other)}`).join('&');

describe.each(backendKinds)('Any request to a REST resource on %s', (kind) => {
  const numRuns = 80;
  let backend: Backend;
  let api: Api;
  let products: ProductRepository;
  beforeAll(async () => {
    backend = await createBackend(kind, catalogEntities);
    products = new ProductRepository(backend.scope);
    api = await startApi(backend.scope);
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });
  const refill = async () => {
    await products.dropAll();
    await products.create(stock);
  };
  beforeEach(refill);

  async function send(method: string, path: string, json?: unknown) {
    const response = await fetch(`${api.url}/product/${path}`, {
      method,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      headers: { 'Content-Type': 'application/json' },
    });
    const answer = await response.text();
    return { status: response.status, body: answer ? JSON.parse(answer) : undefined };
  }
  const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id).sort();

  it('with an undeclared parameter gets a 400 that names it, and changes nothing', async () => {
    const write = { data: [{ id: 'p1', sku: 'w', name: 'w', price: 1 }] };
    await fc.assert(
      fc.asyncProperty(
        parameters,
        fc.constantFrom('GET', 'DELETE', 'PUT', 'PATCH'),
        async (pairs, method) => {
          const declared: readonly string[] | undefined = {
            GET: [...filters, ...ofLists],
            DELETE: filters,
            PUT: [],
            PATCH: [],
          }[method];
          const strangers = new Set(pairs.map(([one]) => one).filter((one) => !declared?.includes(one)));
          fc.pre(strangers.size > 0);
          const { status, body: refused } = await send(
            method,
            `?${queryOf(pairs)}`,
            method.startsWith('P') ? write : undefined,
          );

          expect(status).toBe(400);
          expect(Object.keys(refused.detail)).toEqual(expect.arrayContaining([...strangers]));
          expect(await products.count()).toBe(stock.length);
          expect((await products.retrieve({ id: 'p1' })).sku).toBe('A');
        },
      ),
      { numRuns },
    );
  });

  it('with a filter deletes what the same filter lists, or nothing where it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (pairs) => {
        const query = `?${queryOf(pairs)}`;
        const listed = await send('GET', query);
        const deleted = await send('DELETE', query);
        const left = idsOf(await products.list());
        if (left.length < stock.length) await refill();

        expect([listed.status < 500, deleted.status < 500]).toEqual([true, true]);
        if (listed.status !== 200) expect(deleted.status).toBe(400);
        if (deleted.status !== 200) return expect(left).toEqual(idsOf(stock));
        const gone = new Set(idsOf(listed.body.data));
        expect(left).toEqual(idsOf(stock).filter((id) => !gone.has(id)));
        expect(deleted.body).toEqual({ deleted: gone.size });
      }),
      { numRuns },
    );
  });

  it('never gets a 500, and changes only what it names', async () => {
    const requests = fc.constantFrom(
      ['POST', ''],
      ['PUT', 'p1'],
      ['PATCH', 'p1'],
      ['PATCH', ''],
      ['GET', ''],
      ['GET', 'p1'],
    );
    await fc.assert(
      fc.asyncProperty(requests, parameters, body, async ([method, path], pairs, json) => {
        const isRead = method === 'GET';
        const { status } = await send(
          String(method),
          `${path}${isRead ? `?${queryOf(pairs)}` : ''}`,
          isRead ? undefined : json,
        );
        const now = new Map((await products.list({}, { limit: 10_000 })).map((one) => [one.id, { ...one }]));
        const named = new Set(path ? [path] : namedIn(json));
        if (!isRead && status < 300) await refill();

        expect([200, 201, 400, 404, 409]).toContain(status);
        for (const one of stock) if (!named.has(one.id)) expect(now.get(one.id)).toEqual(one);
      }),
      { numRuns: numRuns * 2 },
    );
  });

  it('with any text as id gets 404, or the record with that id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, text), async (id) => {
        fc.pre(!['', '.', '..'].includes(id));
        const { status, body: found } = await send('GET', `${encodeURIComponent(id)}/`);

        if (status === 200) expect(found.id).toBe(id);
        else expect(status).toBe(404);
      }),
      { numRuns },
    );
  });
});

/** The ids that a body speaks of. */
function namedIn(json: unknown): unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  const { id, data } = json as { id?: unknown; data?: unknown };
  return [id, ...(Array.isArray(data) ? (data as ({ id?: unknown } | null)[]).map((one) => one?.id) : [])];
}
