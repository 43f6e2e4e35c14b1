/**
 * The document of REST resources, as generators of clients read it.
 * Real: the server with its HTTP rules, its document, the database in memory. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { recordWords } from '../../src/rest/record-words.js';
import {
  openTo,
  ProductController,
  ProductDetails,
  ProductResource,
  ProductView,
  startApi,
} from '../support/product-api.js';
import type { Api } from '../support/product-api.js';

@Controller('thing')
class ThingController extends RestController({
  name: 'OrderLine',
  resource: ProductResource,
  verbs: ['list', 'create', 'retrieve'],
  access: openTo('list', 'create', 'retrieve'),
  id: 'uuid',
  view: ProductView,
  body: ProductDetails,
}) {}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: object;
}

describe('The document of a REST resource', () => {
  let api: Api;
  let document: OpenAPIObject;
  beforeAll(async () => {
    api = await startApi(new InMemoryDatabase(), [ProductController, ThingController]);
    document = (await (await fetch(`${api.url}/schema/`)).json()) as OpenAPIObject;
  });
  afterAll(() => api.app.close());

  const schema = (name: string) =>
    document.components?.schemas?.[name] as { properties: Record<string, object> };
  const operation = (path: string, method: 'get' | 'post' | 'put' | 'patch' | 'delete') =>
    document.paths[path]?.[method] as NonNullable<OpenAPIObject['paths'][string]['get']>;
  const responseSchema = (
    path: string,
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    status: number,
  ) =>
    (operation(path, method).responses[status] as { content: Record<string, { schema: object }> }).content[
      'application/json'
    ]?.schema;
  const parameters = (path: string, method: 'get' | 'delete') =>
    (operation(path, method).parameters ?? []) as unknown as Parameter[];

  it('has a named schema for pages, lists and what they say of themselves', () => {
    expect(responseSchema('/product/', 'get', 200)).toEqual({ $ref: '#/components/schemas/ProductPage' });
    expect(schema('ProductPage')).toMatchObject({
      required: ['data', 'meta'],
      properties: {
        data: { type: 'array', items: { $ref: '#/components/schemas/ProductView' } },
        meta: { $ref: '#/components/schemas/PageMeta' },
      },
    });
    expect(schema('PageMeta')).toMatchObject({
      required: ['size'],
      properties: { next: { type: ['string', 'null'] } },
    });
    expect(responseSchema('/product/', 'put', 200)).toEqual({ $ref: '#/components/schemas/ProductList' });
    expect(responseSchema('/product/', 'delete', 200)).toEqual({ $ref: '#/components/schemas/DeletedCount' });
  });

  it('tells one new record from many', async () => {
    expect(responseSchema('/product/', 'post', 201)).toEqual({ $ref: '#/components/schemas/ProductView' });
    expect(responseSchema('/product/batch/', 'post', 201)).toEqual({
      $ref: '#/components/schemas/ProductList',
    });
    expect(operation('/product/batch/', 'post').requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ProductDetailsList' } } },
    });
    const send = async (path: string, body: object) =>
      fetch(`${api.url}/product/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      });
    const data = [1, 2].map((price) => ({ sku: `s${price}`, name: 'Lamp', price }));
    const many = await send('batch/', { data });

    expect(many.status).toBe(201);
    expect(await many.json()).toMatchObject({ data });
    expect((await send('batch/', { data })).status).toBe(409);
    expect((await send('batch/', { data: [{ sku: 's3', name: 'Lamp' }] })).status).toBe(400);
    expect((await send('batch/', { sku: 's4', name: 'Lamp', price: 1 })).status).toBe(400);
    expect((await send('batch/?size=1', { data })).status).toBe(400);
    expect((await send('', { data: [{ sku: 's5', name: 'Lamp', price: 5 }] })).status).toBe(201);
  });

  it('has null as a type, one value as a const, and no nullable', () => {
    expect(schema('ProductView').properties).toMatchObject({
      rating: { type: ['number', 'null'] },
      note: { type: ['string', 'null'] },
    });
    expect(schema('ProductDetails').properties).toMatchObject({ rating: { type: ['number', 'null'] } });
    expect(schema('ValidationError').properties).toMatchObject({
      status_code: { const: 400 },
      error: { const: 'ValidationError' },
    });
    expect(schema('HttpError').properties).toMatchObject({ error: { const: 'HTTPException' } });
    const text = JSON.stringify(document);
    expect(text).not.toMatch(/"nullable"|"oneOf":\[[^\]]*"type":"null"/);
    expect(text).not.toMatch(/"enum":\[[^,\]]*\]/);
  });

  it('has an example for each field, of the length and the range that its rule asks for', () => {
    for (const [name, { properties = {} }] of Object.entries(document.components?.schemas ?? {}) as [
      string,
      { properties?: object },
    ][])
      for (const [field, described] of Object.entries(properties) as [string, Record<string, unknown>][]) {
        if ('$ref' in described || 'additionalProperties' in described || described['type'] === 'array')
          continue;
        expect([name, field, described]).toEqual(
          [
            name,
            field,
            expect.objectContaining({
              ['const' in described ? 'const' : 'example']: expect.anything() as unknown,
            }),
          ].map((one, index) => (index === 2 && described['example'] === null ? described : one)),
        );
        expect(described['example']).not.toBe('string');
      }
  });

  it('speaks in sentences of its records, many in the plural', () => {
    expect(operation('/product/', 'get')).toMatchObject({
      operationId: 'listProducts',
      summary: 'List products',
    });
    expect(operation('/thing/', 'post')).toMatchObject({
      operationId: 'createOrderLine',
      summary: 'Create an order line',
    });
    expect(operation('/thing/{id}/', 'get').responses).toMatchObject({
      200: { description: 'The order line.' },
      404: { description: 'No order line has this id.' },
    });
    expect(JSON.stringify(document)).not.toContain('Done.');
    expect(['Category', 'Box', 'Day', 'Person'].map((name) => recordWords(name).names)).toEqual([
      'Categories',
      'Boxes',
      'Days',
      'Persons',
    ]);
    expect(recordWords('Person', 'People')).toMatchObject({ names: 'People', many: 'people' });
  });

  it('asks for emptiness only of fields that can be null', () => {
    const names = parameters('/product/', 'get').map(({ name }) => name);

    expect(names.filter((name) => name.endsWith('[isNull]'))).toEqual(['rating[isNull]', 'note[isNull]']);
    expect(names).toEqual(
      expect.arrayContaining(['name[endsWith]', 'name[containsIgnoreCase]', 'or', 'not']),
    );
  });

  it('declares the headers that it reads and sends', () => {
    const headersOf = (path: string, method: 'get' | 'delete') =>
      parameters(path, method)
        .filter((one) => one.in === 'header')
        .map(({ name }) => name);

    expect(headersOf('/product/{id}/', 'get')).toEqual(['If-Match', 'If-None-Match', 'X-Request-Id']);
    expect(headersOf('/product/{id}/', 'delete')).toEqual(['If-Match', 'If-None-Match', 'X-Request-Id']);
    for (const item of Object.values(document.paths))
      for (const { responses } of Object.values(item as Record<string, { responses: object }>))
        for (const response of Object.values(responses))
          expect(response).toMatchObject({ headers: { 'X-Request-Id': { schema: { type: 'string' } } } });
  });

  it('has a uuid for an id that is one, a licence, and no empty contact', () => {
    const [id] = parameters('/thing/{id}/', 'get');

    expect(id).toMatchObject({ name: 'id', schema: { type: 'string', format: 'uuid' } });
    expect(document.info.license).toEqual({ name: 'MIT', identifier: 'MIT' });
    expect(document.info).not.toHaveProperty('contact');
    expect(document.tags?.map(({ name }) => name)).toEqual(expect.arrayContaining(['Product', 'OrderLine']));
  });
});
