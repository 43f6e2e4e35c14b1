/**
 * What a REST resource refuses in a request: no parameter, header or id is silently ignored, on each backend.
 * Real: the server with its HTTP rules, raw sockets, the databases, SQL and in memory. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogEntities, ProductRepository } from '../support/products.js';
import { startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';
import { sendRaw } from './raw-http.js';

const lamp = { sku: 'lamp', name: 'Lamp', price: 10 };
const records = ['a', 'b', 'c'].map((id, price) => ({ ...lamp, id, sku: `s${id}`, price }));
const whole = { data: [{ ...lamp, id: 'a', active: true }] };

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
  beforeEach(async () => {
    await products.dropAll();
    await products.create(records);
  });

  async function send(method: string, path = '', body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${api.url}/product/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }
  const stored = () => products.list();
  const fieldsOf = ({ status, body }: { status: number; body: { detail: unknown } }) => ({
    status,
    fields: Object.keys(Object(body.detail)),
  });

  it('combines filters with or and not, in lists and removals', async () => {
    const ids = async (query: string) =>
      (await send('GET', query)).body.data.map(({ id }: { id: string }) => id);

    expect(await ids('?or[0][sku]=sa&or[1][price][gte]=2')).toEqual(['a', 'c']);
    expect(await ids('?not[sku]=sa')).toEqual(['b', 'c']);
    expect(await ids('?not[or][0][sku]=sa&not[or][1][not][price][lt]=2&name=Lamp')).toEqual(['b']);
    expect(await ids('?or[7][sku]=sc&or[3][sku]=sa&or[7][price]=2')).toEqual(['a', 'c']);
    expect(await ids('?name[eqIgnoreCase]=LAMP&sku[endsWith]=b')).toEqual(['b']);
    expect((await send('DELETE', '?not[sku]=sa')).body).toEqual({ deleted: 2 });
    expect(await stored()).toMatchObject([{ id: 'a' }]);
  });

  it('refuses nested filters that are too deep, too many or would match everything', async () => {
    const many = Array.from(
      { length: 101 },
      (_, index) => `or[${index % 100}][${index < 100 ? 'sku' : 'name'}]=a`,
    );
    const deep = `not${'[not]'.repeat(5)}[sku]`;

    expect(fieldsOf(await send('GET', `?${deep}=a`))).toEqual({ status: 400, fields: [deep] });
    expect(fieldsOf(await send('GET', `?${many.join('&')}`))).toEqual({
      status: 400,
      fields: ['or[0][name]'],
    });
    expect(fieldsOf(await send('DELETE', '?not[sku][contains]='))).toMatchObject({ status: 400 });
    expect(fieldsOf(await send('DELETE', '?or[0][sku][startsWithIgnoreCase]='))).toMatchObject({
      status: 400,
    });
    expect(fieldsOf(await send('GET', '?or[0][price]=cheap'))).toEqual({
      status: 400,
      fields: ['or[0][price]'],
    });
    expect(await stored()).toHaveLength(3);
  });

  it('continues a list under the same nested filter alone', async () => {
    const first = await send('GET', '?size=1&or[0][price][gte]=1&or[1][sku]=sa');
    const after = encodeURIComponent(first.body.meta.next);

    expect(
      (await send('GET', `?or[1][sku]=sa&or[0][price][gte]=1&size=1&after=${after}`)).body.data,
    ).toMatchObject([{ id: 'b' }]);
    expect((await send('GET', `?or[0][price][gte]=1&or[1][sku]=sb&size=1&after=${after}`)).status).toBe(400);
    expect((await send('GET', `?not[price][gte]=1&not[sku]=sa&size=1&after=${after}`)).status).toBe(400);
  });

  const requests: [method: string, path: string, body?: unknown][] = [
    ['GET', '', undefined],
    ['GET', 'a', undefined],
    ['POST', '', { ...lamp, sku: 'new' }],
    ['PUT', '', whole],
    ['PATCH', '', whole],
    ['DELETE', '', undefined],
    ['PUT', 'a', { ...lamp, active: true }],
    ['PATCH', 'a', { price: 11 }],
    ['DELETE', 'a', undefined],
  ];
  const inherited = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf', '__defineGetter__'];
  const unknown = [
    ...inherited,
    ...inherited.map((name) => `${name}[eq]`),
    'constructor[prototype]',
    'sku[constructor]',
    'sku[__proto__]',
    'price[eq]',
    'price[]',
    'price[gte][x]',
    'price[[gte]]',
    'filter[price]',
    'Price',
    ' price',
    'price ',
    'price.gte',
    '',
    'limit',
    'where',
    ...['or', 'not', 'or[]', 'not[]', 'or[0]', 'or[sku]', 'or[a][sku]', 'or[00][sku]', 'or[100][sku]'],
    ...['or[-1][sku]', 'or[0][constructor]', 'not[constructor]', 'not[sku][like]', 'not[not]', 'or[0][or]'],
    ...['not[sku', 'or[0]sku', 'not.sku', 'and[0][sku]', 'not[__proto__][sku]'],
  ];

  it.each(requests)(
    'answers 400 to %s /product/%s with a parameter that is not declared',
    async (...request) => {
      const [method, path, body] = request;
      const before = await stored();
      for (const name of unknown) {
        const encodings = [name, encodeAll(name)];
        for (const encoded of encodings)
          for (const query of [`?${encoded}=x`, `?${encoded}=&${encoded}=y`]) {
            const answer = await send(method, path + query, body);
            expect([query, fieldsOf(answer)]).toEqual([query, { status: 400, fields: [name] }]);
          }
      }
      expect(await stored()).toEqual(before);
    },
  );

  it('reports each undeclared parameter next to valid ones, and changes nothing', async () => {
    const answer = await send('DELETE', '?price=1&constructor=x&__proto__=y&sku[like]=z');

    expect(fieldsOf(answer)).toEqual({ status: 400, fields: ['constructor', '__proto__', 'sku[like]'] });
    expect(await stored()).toHaveLength(3);
  });

  it('reports at most a hundred parameters of thousands', async () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `p${index}`).join('&');

    expect(fieldsOf(await send('DELETE', `?${names}`)).fields).toHaveLength(100);
    expect(await stored()).toHaveLength(3);
  });

  it.each([
    ['?&', undefined],
    ['?&&&', undefined],
    ['?=', ''],
    ['?sku[contains]=', 'sku[contains]'],
    ['?sku[startsWith]', 'sku[startsWith]'],
    ['?sku[gte]=', 'sku[gte]'],
    ['?sku[ne]=', 'sku[ne]'],
    ['?price[ne]=', 'price[ne]'],
    ['?not[sku]=', 'not[sku]'],
    ['?not[sku][in]=', 'not[sku][in]'],
    ['?or[0][sku]=sa&or[1][not][name][eqIgnoreCase]=', 'or[1][not][name][eqIgnoreCase]'],
    ['?price=', 'price'],
    ['?note[isNull]=', 'note[isNull]'],
    ['?price=1&price=2', 'price'],
    ['?price=%FF', 'price'],
    ['?sku[ne]=%FF', 'sku[ne]'],
    ['?sku[ne]=%', 'sku[ne]'],
    ['?sku[ne]=%zz', 'sku[ne]'],
    ['?sku[ne]=a%00', 'sku[ne]'],
    ['?%FF=1', '%FF'],
    ['?size=1', 'size'],
    ['?order=price', 'order'],
    ['?page=1', 'page'],
    ['?after=x', 'after'],
  ])('deletes nothing by DELETE /product/%s', async (query, name) => {
    const { status, body } = await send('DELETE', query);

    expect([status, name === undefined || Object.keys(body.detail)]).toEqual([
      400,
      name === undefined || [name],
    ]);
    expect(await stored()).toHaveLength(3);
  });

  it('deletes only records with an empty text, and all records without a query', async () => {
    await products.create({ ...lamp, id: 'd', sku: '' });

    expect(await send('DELETE', '?sku=')).toMatchObject({ status: 200, body: { deleted: 1 } });
    expect(await send('DELETE', '?sku[in]=&sku[in]=sa')).toMatchObject({ status: 200, body: { deleted: 1 } });
    expect(await send('DELETE')).toMatchObject({ status: 200, body: { deleted: 2 } });
  });

  it.each([
    'DELETE /product/?',
    'DELETE http://any/product/?',
    'DELETE /product/#?sku=sa',
    'DELETE /product/?sku=sa#b',
    'DELETE /product/#',
    'DELETE http://any/product/#?sku=sa',
  ])('refuses an empty query, and a fragment that would swallow the filter: %s', async (request) => {
    const answer = await sendRaw(
      Number(new URL(api.url).port),
      `${request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await stored()).toHaveLength(3);
  });

  it.each(['utf8', 'latin1'] as const)(
    'refuses a filter in %s that is not percent-encoded',
    async (encoding) => {
      const request = Buffer.from(
        'DELETE /product/?sku[ne]=sä HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        encoding,
      );

      expect(await sendRaw(Number(new URL(api.url).port), request)).toMatch(/^HTTP\/1\.1 400 /);
      expect(await stored()).toHaveLength(3);
    },
  );

  it.each(['500', '101', '0', '-1', '1.5', 'abc', '', '1e1', '0x10', '+1', '١', '1&size=2', '1&size=1'])(
    'answers 400 to ?size=%s',
    async (size) => {
      expect(fieldsOf(await send('GET', `?size=${size}`))).toEqual({ status: 400, fields: ['size'] });
    },
  );

  it('accepts every size from 1 to the maximum', async () => {
    expect((await send('GET', '?size=1')).body.data).toHaveLength(1);
    expect((await send('GET', '?size=100')).body).toMatchObject({ meta: { size: 100 } });
  });

  it('names every field of a change that must not be null', async () => {
    const answer = await send('PATCH', 'a', { name: null, price: null, sku: null, note: null });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        detail: { name: { type: 'string_type' }, price: { type: 'int_type' }, sku: { type: 'string_type' } },
      },
    });
    expect(fieldsOf(answer).fields).toHaveLength(3);
    expect(await send('PATCH', 'a', { note: null, rating: null })).toMatchObject({ status: 200 });
  });

  it('keeps the ids of a list that is read, changed and put back', async () => {
    const { body } = await send('GET');
    const changed = body.data.map((product: { price: number }) => ({
      ...product,
      price: product.price + 100,
    }));

    for (const method of ['PUT', 'PATCH']) {
      expect(await send(method, '', { data: changed })).toMatchObject({
        status: 200,
        body: { data: changed },
      });
      expect((await stored()).map(({ id, price }) => [id, price])).toEqual([
        ['a', 100],
        ['b', 101],
        ['c', 102],
      ]);
    }
  });

  it.each(['POST', 'PUT', 'PATCH'])('refuses an id that is twice in the list of %s', async (method) => {
    const twice = { ...lamp, id: 'z', active: true };
    const answer = await send(method, '', { data: [twice, { ...twice, sku: 'other' }] });

    expect(fieldsOf(answer)).toEqual({ status: 400, fields: ['data.1.id'] });
    expect(await stored()).toHaveLength(3);
  });

  it('refuses an empty id, which a path cannot address', async () => {
    const record = { ...lamp, id: '', sku: 'new' };

    expect(fieldsOf(await send('POST', '', record))).toEqual({ status: 400, fields: ['id'] });
    for (const method of ['POST', 'PUT', 'PATCH'])
      expect(fieldsOf(await send(method, '', { data: [record] }))).toEqual({
        status: 400,
        fields: ['data.0.id'],
      });
    expect(await stored()).toHaveLength(3);
  });

  it.each([
    ['{"data":{}}', 'data'],
    ['{"data":null}', 'data'],
    ['{"data":"x"}', 'data'],
    ['{"data":[null]}', 'data'],
    ['{"data":[[]]}', 'data'],
    ['{}', 'data'],
  ])('answers 400 to a PUT of the collection with %s', async (body, field) => {
    expect(fieldsOf(await send('PUT', '', JSON.parse(body)))).toEqual({ status: 400, fields: [field] });
    expect(await stored()).toHaveLength(3);
  });

  describe('preconditions', () => {
    const tagOf = async (path: string) => String((await send('GET', path)).headers.get('etag'));
    const writes: [method: string, body?: unknown][] = [
      ['PUT', { ...lamp, sku: 'sa', price: 50, active: true }],
      ['PATCH', { price: 50 }],
      ['DELETE', undefined],
    ];
    const done = (method: string) => (method === 'DELETE' ? 204 : 200);

    it.each(writes)('allows %s under If-Match with the tag, in a list, or *', async (method, body) => {
      const lists = (tag: string) => [tag, '*', `"x", ${tag}`, `"a,b" ,W/"y",${tag}`, ` ${tag} `];
      for (const place of [0, 1, 2, 3, 4]) {
        const list = String(lists(await tagOf('a'))[place]);
        expect([list, (await send(method, 'a', body, { 'If-Match': list })).status]).toEqual([
          list,
          done(method),
        ]);
        await products.dropAll();
        await products.create(records);
      }
    });

    it.each(writes)('refuses %s with 412 under If-Match with no strong tag of it', async (method, body) => {
      const tag = await tagOf('a');
      for (const list of ['"x"', `W/${tag}`, '"x,*"', '"a,*,b"', `"x${tag.slice(1)}`])
        expect([list, (await send(method, 'a', body, { 'If-Match': list })).status]).toEqual([list, 412]);
      expect(await products.list()).toEqual(await stored());
      expect((await send('GET', 'a')).body).toMatchObject({ price: 0 });
    });

    it.each(writes)(
      'refuses %s with 412 under If-None-Match with its tag, weak or not, or *',
      async (method, body) => {
        const tag = await tagOf('a');
        for (const list of ['*', tag, `W/${tag}`, `"x", ${tag}`])
          expect([list, (await send(method, 'a', body, { 'If-None-Match': list })).status]).toEqual([
            list,
            412,
          ]);
        expect((await send('GET', 'a')).body).toMatchObject({ price: 0 });
        expect((await send(method, 'a', body, { 'If-None-Match': '"x"' })).status).toBe(done(method));
      },
    );

    it('answers 404 to PUT of a missing record, also under If-None-Match: *', async () => {
      const [, body] = writes[0] as [string, unknown];
      expect((await send('PUT', 'z', body, { 'If-None-Match': '*' })).status).toBe(404);
    });

    it.each(['x', '', '"x', 'x"', '"a" "b"', 'w/"x"', ',', '"a b"'])(
      'answers 400 to a header that is not a list of tags: %j',
      async (list) => {
        for (const name of ['If-Match', 'If-None-Match'])
          // Of a GET, If-None-Match only spares the body.
          for (const [method, body] of name === 'If-Match'
            ? [...writes, ['GET', undefined] as const]
            : writes)
            expect([name, method, (await send(method, 'a', body, { [name]: list })).status]).toEqual([
              name,
              method,
              400,
            ]);
        expect(await stored()).toHaveLength(3);
      },
    );

    it('hold for a collection, which exists and has no tag', async () => {
      const collection: [string, unknown?][] = [['PUT', whole], ['PATCH', whole], ['DELETE'], ['POST', lamp]];
      for (const [method, body] of collection) {
        expect((await send(method, '', body, { 'If-Match': '"x"' })).status).toBe(412);
        expect((await send(method, '', body, { 'If-None-Match': '*' })).status).toBe(412);
      }
      expect(await stored()).toHaveLength(3);
      expect((await send('PATCH', '', whole, { 'If-Match': '*', 'If-None-Match': '"x"' })).status).toBe(200);
    });

    it('hold for GET: 412 under If-Match of another tag, 304 under If-None-Match of its own', async () => {
      const tag = await tagOf('a');
      const fresh = { 'Cache-Control': 'max-age=0' };
      expect((await send('GET', 'a', undefined, { 'If-Match': '"x"' })).status).toBe(412);
      expect((await send('GET', 'a', undefined, { 'If-Match': tag })).status).toBe(200);
      for (const list of [tag, `W/${tag}`, `"x", ${tag}`, '*'])
        expect((await send('GET', 'a', undefined, { 'If-None-Match': list, ...fresh })).status).toBe(304);
    });
  });
});

/** Every byte percent-encoded, as no browser does and every server must read. */
const encodeAll = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
