/**
 * The nine routes of a collection, over HTTP, on each backend.
 * Real: the server with its HTTP rules, the documents, the databases, SQL and in memory. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { IsText } from '../../src/ddd/field/index.js';
import { RestController } from '../../src/rest/rest.controller.js';
import type { Verb } from '../../src/rest/rest-options.js';
import { catalogEntities, ProductRepository } from '../support/products.js';
import {
  openTo,
  ProductChanges,
  ProductDetails,
  ProductResource,
  ProductView,
  startApi,
} from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';
import { DataSource } from 'typeorm';

const lamp = { sku: 'lamp', name: 'Lamp', price: 10 };

describe.each(backendKinds)('A REST resource on %s', (kind) => {
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
  beforeEach(() => products.dropAll());

  async function send(method: string, path = '', body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${api.url}/product/${path}`, {
      method,
      ...(body !== undefined && { body: new Blob([JSON.stringify(body)]) }),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text ? JSON.parse(text) : undefined,
    };
  }
  const errors = (status: number, ...fields: string[]) => ({
    status,
    body: {
      status_code: status,
      error: 'ValidationError',
      detail: Object.fromEntries(
        fields.map((field) => [
          field,
          { type: expect.any(String), loc: field.split('.'), msg: expect.any(String) },
        ]),
      ),
    },
  });

  describe('create', () => {
    it('answers 201 with the record, its Location and its ETag', async () => {
      const { status, headers, body } = await send('POST', '', lamp);

      expect(status).toBe(201);
      expect(body).toEqual({ id: expect.any(String), ...lamp, active: true, rating: null, note: null });
      expect(headers.get('location')).toBe(`/product/${body.id}/`);
      const found = await fetch(new URL(headers.get('location') as string, api.url));
      expect([found.status, found.headers.get('etag')]).toEqual([200, headers.get('etag')]);
    });

    it('creates many records, all or none', async () => {
      const two = await send('POST', '', { data: [lamp, { ...lamp, sku: 'desk' }] });
      const doubled = await send('POST', '', {
        data: [
          { ...lamp, sku: 'a' },
          { ...lamp, sku: 'a' },
        ],
      });

      expect(two).toMatchObject({ status: 201, body: { data: [{ sku: 'lamp' }, { sku: 'desk' }] } });
      expect(doubled).toMatchObject(errors(409, 'sku'));
      expect(await products.count()).toBe(2);
    });

    it('answers 400 with every invalid field', async () => {
      expect(await send('POST', '', { sku: '', price: 'ten' })).toMatchObject(
        errors(400, 'sku', 'name', 'price'),
      );
      expect(await send('POST', '', { data: [lamp, { ...lamp, price: 1.5 }] })).toMatchObject(
        errors(400, 'data.1.price'),
      );
      expect(await send('POST', '', { data: ['lamp'] })).toMatchObject(errors(400, 'data'));
      expect(await products.count()).toBe(0);
    });

    it('answers 409 for a value that is taken, and 400 for what the database refuses', async () => {
      await products.create({ id: '1', ...lamp });

      expect(await send('POST', '', lamp)).toMatchObject(errors(409, 'sku'));
      expect(await send('POST', '', { ...lamp, id: '1', sku: 'other' })).toMatchObject(errors(409, 'id'));
      expect(await send('PATCH', '1', { active: null })).toMatchObject(errors(400, 'active'));
    });

    it('returns a Location that leads to the record, whatever the id', async () => {
      const { headers } = await send('POST', '', { ...lamp, id: 'a/b ?ä' });

      expect(await (await fetch(new URL(headers.get('location') as string, api.url))).json()).toMatchObject({
        id: 'a/b ?ä',
      });
    });
  });

  describe('retrieve', () => {
    it('answers 404 with the envelope when there is no such record', async () => {
      expect(await send('GET', 'nothing')).toMatchObject({
        status: 404,
        body: { status_code: 404, detail: 'Not Found', error: 'HTTPException' },
      });
      expect((await send('GET', 'a%00b')).status).toBe(404);
    });

    it('answers 304 without a body to a client that has the current version', async () => {
      const { headers } = await send('POST', '', { ...lamp, id: '1' });
      const seen = await send('GET', '1', undefined, {
        'If-None-Match': headers.get('etag') as string,
        'Cache-Control': 'max-age=0',
      });

      expect([seen.status, seen.text]).toEqual([304, '']);
    });
  });

  describe('update', () => {
    it('replaces the record, and empties the fields that are left out', async () => {
      await products.create({ id: '1', ...lamp, note: 'old', rating: 3 });

      expect(await send('PUT', '1', { ...lamp, price: 11, active: false })).toMatchObject({
        status: 200,
        body: { id: '1', price: 11, active: false, note: null, rating: null },
      });
      expect(await send('PUT', '1', { price: 12 })).toMatchObject(errors(400, 'sku', 'name'));
      expect((await send('PUT', '2', { ...lamp, active: true })).status).toBe(404);
    });

    it.each(['PUT', 'PATCH'])(
      'accepts the id of the path in the body of %s, and refuses another',
      async (method) => {
        await products.create({ id: '1', ...lamp });

        expect(await send(method, '1', { ...lamp, id: '1', active: true })).toMatchObject({
          status: 200,
          body: { id: '1' },
        });
        expect(await send(method, '1', { ...lamp, id: '2', active: true })).toMatchObject(errors(400, 'id'));
        expect((await products.list()).map(({ id }) => id)).toEqual(['1']);
      },
    );
  });

  describe('partial update', () => {
    it('changes only the given fields', async () => {
      await products.create({ id: '1', ...lamp, note: 'old' });

      expect(await send('PATCH', '1', { price: 11 })).toMatchObject({
        status: 200,
        body: { price: 11, note: 'old' },
      });
      expect(await send('PATCH', '1', { note: null })).toMatchObject({ status: 200, body: { note: null } });
      expect(await send('PATCH', '1', {})).toMatchObject({ status: 200, body: { price: 11, name: 'Lamp' } });
      expect((await send('PATCH', '2', { price: 1 })).status).toBe(404);
    });
  });

  describe('delete', () => {
    it('answers 204 without a body, then 404', async () => {
      await products.create({ id: '1', ...lamp });
      const { status, text, headers } = await send('DELETE', '1');

      expect([status, text, headers.get('content-type')]).toEqual([204, '', null]);
      expect((await send('DELETE', '1')).status).toBe(404);
    });
  });

  it('answers 409 to the removal of a record that others refer to', async () => {
    const dataSource = backend.scope;
    // Memory knows no foreign keys.
    if (!(dataSource instanceof DataSource)) return;
    await products.create({ id: '1', ...lamp });
    await dataSource.query('CREATE TABLE line (product varchar(36) REFERENCES product (id))');
    await dataSource.query("INSERT INTO line VALUES ('1')");

    for (const path of ['1', '?sku=lamp', ''])
      expect(await send('DELETE', path)).toMatchObject({
        status: 409,
        body: { status_code: 409, detail: 'Other records still refer to it', error: 'HTTPException' },
      });
    expect(await send('PUT', '', { data: [] })).toMatchObject({
      status: 409,
      body: { detail: 'Other records still refer to it' },
    });
    await dataSource.query('DROP TABLE line');
    expect((await send('DELETE', '1')).status).toBe(204);
  });

  describe('If-Match', () => {
    it.each(['PUT', 'PATCH', 'DELETE'])(
      'allows only one of two concurrent %s of the same version',
      async (method) => {
        const { headers } = await send('POST', '', { ...lamp, id: '1' });
        const seen = { 'If-Match': headers.get('etag') as string };
        const write = (price: number) => send(method, '1', { ...lamp, price, active: true }, seen);
        const statuses = (await Promise.all([write(11), write(12)])).map(({ status }) => status).sort();

        expect(statuses).toEqual(method === 'DELETE' ? [204, 404] : [200, 412]);
      },
    );

    it('refuses a change of an outdated version, with the envelope', async () => {
      const { headers } = await send('POST', '', { ...lamp, id: '1' });
      await send('PATCH', '1', { price: 11 });
      const late = await send('DELETE', '1', undefined, { 'If-Match': headers.get('etag') as string });

      expect(late).toMatchObject({ status: 412, body: { status_code: 412, error: 'HTTPException' } });
      expect(await products.retrieve({ id: '1' })).toMatchObject({ price: 11 });
      expect((await send('PATCH', '1', { price: 12 }, { 'If-Match': '"x", *' })).status).toBe(200);
    });
  });

  describe('list', () => {
    beforeEach(() =>
      products.create(
        Array.from({ length: 110 }, (_, index) => ({
          ...lamp,
          id: `${100 + index}`,
          sku: `s${index}`,
          price: index,
        })),
      ),
    );
    const prices = ({ data }: { data: { price: number }[] }) => data.map(({ price }) => price);

    it('returns pages by cursor until there is no next, of the maximum size by default', async () => {
      const first = await send('GET', '?order=-price');
      const second = await send('GET', `?order=-price&size=100&after=${first.body.meta.next}`);

      expect(first).toMatchObject({ status: 200, body: { meta: { size: 100, next: expect.any(String) } } });
      expect(second.body.meta).toEqual({ size: 100, next: null });
      expect([...prices(first.body), ...prices(second.body)]).toEqual(
        Array.from({ length: 110 }, (_, index) => 109 - index),
      );
    });

    it('returns pages by number, with the total', async () => {
      const { body } = await send('GET', '?page=5&size=25&price[gte]=5');

      expect(body.meta).toEqual({ page: 5, size: 25, total: 105 });
      expect(body.data).toHaveLength(5);
    });

    it('filters by operators, encoded or not, and accepts several values for in', async () => {
      expect(prices((await send('GET', '?price[gt]=2&price%5Blte%5D=4')).body)).toEqual([3, 4]);
      expect(prices((await send('GET', '?sku[in]=s1&sku[in]=s7&order=-sku')).body)).toEqual([7, 1]);
      expect(prices((await send('GET', '?note[isNull]=false')).body)).toEqual([]);
      expect(prices((await send('GET', '?price=7&active=true&name[contains]=amp')).body)).toEqual([7]);
    });

    it.each([
      ['an unknown filter', '?colour=red', 'colour'],
      ['an unknown operator', '?price[like]=1', 'price[like]'],
      ['an operator that does not suit the field', '?price[contains]=1', 'price[contains]'],
      ['an unknown order', '?order=colour', 'order'],
      ['a field ordered by twice', '?order=price,-price', 'order'],
      ['a number that is none', '?price=cheap', 'price'],
      ['a yes or no that is neither', '?active=yes', 'active'],
      ['text that no database stores', '?sku=%00', 'sku'],
      ['a filter given twice', '?price=1&price=2', 'price'],
      ['an order given twice', '?order=price&order=sku', 'order'],
      ['a size of nothing', '?size=0', 'size'],
      ['a page that is no number', '?page=last', 'page'],
      ['a page and a cursor', '?page=1&after=x', 'after'],
      ['a damaged cursor', '?after=x', 'after'],
    ])('answers 400 for %s, and names the parameter', async (_, query, name) => {
      const { status, body } = await send('GET', query);

      expect({ status, body }).toMatchObject({
        status: 400,
        body: { error: 'ValidationError', detail: { [name]: {} } },
      });
      expect(Object.keys(body.detail)).toEqual([name]);
      expect(JSON.stringify(body)).not.toMatch(/cheap|\bred\b|yes|last/);
    });

    it('answers 400 for a cursor of another order or filter', async () => {
      const { body } = await send('GET', '?order=price&size=1&price[gte]=1&price[lt]=9');

      for (const other of [
        'order=-price',
        'order=price',
        'order=price&price[gte]=1',
        'order=price&price[gte]=2&price[lt]=9',
      ])
        expect([other, await send('GET', `?${other}&after=${body.meta.next}`)]).toMatchObject([
          other,
          errors(400, 'after'),
        ]);
      const { status } = await send('GET', `?price[lt]=9&price[gte]=1&order=price&after=${body.meta.next}`);
      expect(status).toBe(200);
    });

    it('answers 400 for a forged cursor', async () => {
      const { next } = (await send('GET', '?order=price&size=1')).body.meta;
      const [, signature] = /^.{16}(.*)$/.exec(next) ?? [];
      const [signed] = JSON.parse(Buffer.from(String(signature), 'base64url').toString());
      const forged = (...values: unknown[]) =>
        next.slice(0, 16) + Buffer.from(JSON.stringify([signed, ...values])).toString('base64url');

      for (const values of [['x', 'y'], [1, 2], [null, 'a'], [{}, []], [true, 'a'], [1, 'a\0'], [1]])
        expect([values, (await send('GET', `?order=price&after=${forged(...values)}`)).status]).toEqual([
          values,
          400,
        ]);
    });
  });

  describe('replace', () => {
    it('replaces the whole collection', async () => {
      await products.create([
        { id: '1', ...lamp, note: 'old' },
        { id: '2', ...lamp, sku: 'b' },
      ]);
      const { status, body } = await send('PUT', '', {
        data: [
          { ...lamp, id: '1', price: 11, active: true },
          { ...lamp, sku: 'new' },
        ],
      });

      expect([status, body.data.map(({ sku, note }: { sku: string; note: null }) => [sku, note])]).toEqual([
        200,
        [
          ['lamp', null],
          ['new', null],
        ],
      ]);
      expect((await products.list()).map(({ sku }) => sku).sort()).toEqual(['lamp', 'new']);
    });

    it('changes nothing when one of the records is refused', async () => {
      await products.create({ id: '1', ...lamp });

      expect(
        await send('PUT', '', {
          data: [
            { ...lamp, sku: 'a' },
            { ...lamp, sku: 'a' },
          ],
        }),
      ).toMatchObject(errors(409, 'sku'));
      expect(await send('PUT', '', {})).toMatchObject(errors(400, 'data'));
      expect((await products.list()).map(({ id }) => id)).toEqual(['1']);
    });
  });

  describe('partial replace', () => {
    it('replaces the records with the given ids, and keeps the others', async () => {
      await products.create([
        { id: '1', ...lamp },
        { id: '2', ...lamp, sku: 'b' },
      ]);
      const { status } = await send('PATCH', '', {
        data: [
          { ...lamp, id: '1', price: 11, active: true },
          { ...lamp, id: '3', sku: 'c' },
        ],
      });

      expect(status).toBe(200);
      expect((await products.list()).map(({ id, price }) => [id, price])).toEqual([
        ['1', 11],
        ['2', 10],
        ['3', 10],
      ]);
    });
  });

  describe('drop', () => {
    it('removes what matches or everything, and returns how many', async () => {
      await products.create([1, 2, 3].map((price) => ({ ...lamp, id: `${price}`, sku: `s${price}`, price })));

      expect(await send('DELETE', '?price[lt]=3')).toMatchObject({ status: 200, body: { deleted: 2 } });
      expect(await send('DELETE', '?colour=red')).toMatchObject(errors(400, 'colour'));
      expect(await send('DELETE', '?size=1')).toMatchObject(errors(400, 'size'));
      expect(await send('DELETE')).toMatchObject({ status: 200, body: { deleted: 1 } });
    });
  });

  describe('the document', () => {
    let document: OpenAPIObject;
    beforeAll(async () => {
      document = (await (await fetch(`${api.url}/schema/`)).json()) as OpenAPIObject;
    });

    it('is valid and names every operation', async () => {
      const { errors, valid } = await new Validator().validate({ ...document });

      expect([errors ?? [], valid]).toEqual([[], true]);
      const operations = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item as Record<string, { operationId: string }>).map(
          ([method, { operationId }]) => `${method} ${path} ${operationId}`,
        ),
      );
      expect(operations.sort()).toEqual([
        'delete /product/ dropProducts',
        'delete /product/{id}/ deleteProduct',
        'get /product/ listProducts',
        'get /product/{id}/ retrieveProduct',
        'patch /product/ partialReplaceProducts',
        'patch /product/{id}/ partialUpdateProduct',
        'post /product/ createProduct',
        'post /product/batch/ createProducts',
        'put /product/ replaceProducts',
        'put /product/{id}/ updateProduct',
      ]);
    });

    it('lists every response', () => {
      const statuses = (path: string, method: 'get' | 'post' | 'put' | 'delete') =>
        Object.keys(document.paths[path]?.[method]?.responses ?? {});

      expect(statuses('/product/', 'post')).toEqual(['201', '400', '409', '412', '413', '415', '500', '503']);
      expect(statuses('/product/', 'get')).toEqual(['200', '400', '500', '503']);
      expect(statuses('/product/{id}/', 'get')).toEqual(['200', '304', '400', '404', '412', '500', '503']);
      expect(statuses('/product/{id}/', 'put')).toEqual([
        '200',
        '400',
        '404',
        '409',
        '412',
        '413',
        '415',
        '500',
        '503',
      ]);
      expect(statuses('/product/{id}/', 'delete')).toEqual(['204', '400', '404', '409', '412', '500', '503']);
    });

    it('describes the actual requests and responses', async () => {
      await products.create({ id: '1', ...lamp });
      const check = (schema: object, value: unknown) => {
        const ajv = new Ajv2020({ strict: false });
        addFormats.default(ajv);
        const resolved = JSON.parse(
          JSON.stringify(schema).replaceAll('#/components', 'document#/components'),
        );
        const validate = ajv.addSchema(document, 'document').compile(resolved);
        validate(value);
        return validate.errors ?? [];
      };
      const schemaOf = (path: string, method: 'get' | 'post' | 'delete', status: string) => {
        const answer = document.paths[path]?.[method]?.responses[status] as {
          content: Record<string, { schema: object }>;
        };
        return answer.content['application/json']?.schema as object;
      };

      expect(check(schemaOf('/product/', 'get', '200'), (await send('GET')).body)).toEqual([]);
      expect(check(schemaOf('/product/', 'get', '200'), (await send('GET', '?page=1')).body)).toEqual([]);
      expect(check(schemaOf('/product/', 'get', '400'), (await send('GET', '?x=1')).body)).toEqual([]);
      expect(check(schemaOf('/product/{id}/', 'get', '200'), (await send('GET', '1')).body)).toEqual([]);
      expect(check(schemaOf('/product/', 'post', '409'), (await send('POST', '', lamp)).body)).toEqual([]);
      expect(
        check(schemaOf('/product/', 'post', '201'), (await send('POST', '', { ...lamp, sku: 'z' })).body),
      ).toEqual([]);
      expect(check(schemaOf('/product/', 'delete', '200'), (await send('DELETE')).body)).toEqual([]);
      expect(check(schemaOf('/product/', 'get', '200'), {})).not.toEqual([]);
      const names = (document.paths['/product/']?.get?.parameters as { name: string }[]).map(
        ({ name }) => name,
      );
      expect(names).toEqual(
        expect.arrayContaining(['price', 'price[gte]', 'name[contains]', 'order', 'size', 'after', 'page']),
      );
      expect(names).not.toContain('price[contains]');
    });
  });
});

describe('RestController', () => {
  const offer = <Declared extends Verb>(...verbs: readonly Declared[]) => ({
    verbs,
    access: openTo(...verbs),
  });
  const declared = { name: 'Product', resource: ProductResource, view: ProductView };

  it('has the declared routes and no others', async () => {
    @Controller('product')
    class ReadingController extends RestController({
      ...declared,
      ...offer('list', 'retrieve'),
    }) {}
    const api = await startApi(new InMemoryDatabase(), [ReadingController]);
    const response = await fetch(`${api.url}/product/`, { method: 'DELETE' });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    await api.app.close();
  });

  it('refuses a declaration that cannot work, with the remedy', () => {
    expect(() =>
      RestController({
        ...declared,
        ...offer('create', 'update'),
      } as never),
    ).toThrow(/Product declares create, update but no body: name the class/);
    class WithoutId {
      @IsText()
      readonly name!: string;
    }
    expect(() =>
      RestController({
        ...declared,
        ...offer('list', 'replace', 'partialReplace'),
        body: WithoutId,
      }),
    ).toThrow(
      /Product declares replace, partialReplace.*by their id.*WithoutId has none: give it a field `id`/,
    );
    expect(() => RestController({ ...declared, ...offer('partialUpdate') } as never)).toThrow(
      /no changes: name the class/,
    );
    expect(() =>
      RestController({
        ...declared,
        ...offer('list'),
        filters: { page: 'text' } as never,
      }),
    ).toThrow(/filter page/);
  });

  it('does not compile with an unknown field, or one of another type', () => {
    // @ts-expect-error a product has no colour
    RestController({ ...declared, ...offer('list'), filters: { colour: 'text' } });
    // @ts-expect-error a price is not text
    RestController({ ...declared, ...offer('list'), filters: { price: 'text' } });
    // @ts-expect-error nor can be ordered by one
    expect(RestController({ ...declared, ...offer('list'), orders: ['colour'] })).toBeDefined();
  });

  it('compiles only with a class for each body that its verbs need', () => {
    const verbs = ['create', 'update', 'replace', 'partialReplace'] as const;
    const written = { ...declared, ...offer(...verbs), body: ProductDetails };
    expect(RestController(written)).toBeDefined();
    expect(
      RestController({
        ...written,
        ...offer(...verbs, 'partialUpdate'),
        changes: ProductChanges,
      }),
    ).toBeDefined();
    expect(
      RestController({
        ...declared,
        ...offer('partialUpdate', 'list'),
        changes: ProductChanges,
      }),
    ).toBeDefined();

    // @ts-expect-error a record is created from a body
    expect(() => RestController({ ...declared, ...offer('create') })).toThrow(/no body/);
    // @ts-expect-error one is replaced by a body
    expect(() => RestController({ ...declared, ...offer('list', 'update') })).toThrow(/no body/);
    // @ts-expect-error and so are all of them
    expect(() => RestController({ ...declared, ...offer('replace'), changes: ProductChanges })).toThrow(
      /no body/,
    );
    // @ts-expect-error or those that are given
    expect(() => RestController({ ...declared, ...offer('partialReplace') })).toThrow(/no body/);
    // @ts-expect-error a verb among many counts as well
    expect(() => RestController({ ...declared, ...offer(...verbs, 'list') })).toThrow(/no body/);
    // @ts-expect-error changes have a class of their own
    expect(() => RestController({ ...written, ...offer('partialUpdate') })).toThrow(/no changes/);
    // @ts-expect-error a class that may be missing validates nothing
    expect(() => RestController({ ...declared, ...offer('create'), body: undefined })).toThrow(/no body/);
  });
});
