/**
 * Records that belong to an account, over HTTP, on each backend.
 * Real: the server with its HTTP rules and its guard, the databases, SQL and in memory. Fake: the verifier of tokens.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { RestController } from '../../src/rest/rest.controller.js';
import { Note, noteApi, NoteRepository } from '../support/note-api.js';
import { ProductDetails, ProductResource, ProductView, startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { statementsOf } from '../support/plan.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';

describe.each(backendKinds)('Records of their owner on %s', (kind) => {
  let backend: Backend;
  let api: Api;
  let notes: NoteRepository;

  beforeAll(async () => {
    backend = await createBackend(kind, [Note]);
    notes = new NoteRepository(backend.scope);
    const { controllers, providers } = noteApi(backend.scope);
    api = await startApi(backend.scope, controllers, providers);
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });
  beforeEach(async () => {
    await notes.dropAll();
    await notes.create([
      { id: 'a1', ownerId: 'ada', title: 'Ada 1' },
      { id: 'a2', ownerId: 'ada', title: 'Ada 2' },
      { id: 'b1', ownerId: 'bob', title: 'Bob 1' },
    ]);
  });

  async function send(
    caller: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(api.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${caller}`, ...headers },
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text ? JSON.parse(text) : undefined,
    };
  }
  const ids = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id).sort();
  const stored = async () =>
    Object.fromEntries((await notes.list()).map(({ id, ownerId, title }) => [id, `${ownerId}: ${title}`]));

  it('belong to the caller who creates them, one or many, whatever the rules of the resource do', async () => {
    const one = await send('ada', 'POST', '/own/', { title: 'me' });
    const many = await send('bob', 'POST', '/own/', { data: [{ title: 'x' }, { title: 'y' }] });
    const byStaff = await send('staff', 'POST', '/staffed/', { title: 'z' });

    expect(one).toMatchObject({ status: 201, body: { ownerId: 'ada', title: 'by ada' } });
    expect(many.body.data).toMatchObject([{ ownerId: 'bob' }, { ownerId: 'bob' }]);
    expect(byStaff.body).toMatchObject({ ownerId: 'staff' });
    expect((await send('cleo', 'POST', '/shared/', { title: 'w' })).body).toMatchObject({ ownerId: 'cleo' });
  });

  it.each([
    ['POST', '', { title: 'x', ownerId: 'ada' }, 'ownerId'],
    ['POST', '', { title: 'x', ownerId: null }, 'ownerId'],
    ['POST', '', { data: [{ title: 'x' }, { title: 'y', ownerId: 'bob' }] }, 'data.1.ownerId'],
    ['PUT', 'a1/', { title: 'x', ownerId: 'ada' }, 'ownerId'],
    ['PATCH', 'a1/', { ownerId: 'bob' }, 'ownerId'],
    ['PUT', '', { data: [{ id: 'a1', title: 'x', ownerId: 'bob' }] }, 'data.0.ownerId'],
    ['PATCH', '', { data: [{ id: 'a1', title: 'x', ownerId: 'bob' }] }, 'data.0.ownerId'],
  ])('refuse an owner in the body of %s /own/%s with 400: %j', async (method, path, body, field) => {
    const before = await stored();
    for (const [base, caller] of [
      ['/own/', 'ada'],
      ['/staffed/', 'staff'],
      ['/shared/', 'cleo'],
    ] as const)
      expect(await send(caller, method, base + path, body)).toMatchObject({
        status: 400,
        body: { detail: { [field]: { type: 'extra_forbidden', loc: field.split('.') } } },
      });
    expect(await stored()).toEqual(before);
  });

  it('are the only ones in lists, whatever the filter', async () => {
    expect(ids(await send('ada', 'GET', '/own/'))).toEqual(['a1', 'a2']);
    expect(ids(await send('ada', 'GET', '/own/?ownerId=bob'))).toEqual([]);
    expect(ids(await send('ada', 'GET', '/own/?ownerId=ada'))).toEqual(['a1', 'a2']);
    expect(ids(await send('ada', 'GET', '/own/?ownerId[in]=ada&ownerId[in]=bob'))).toEqual(['a1', 'a2']);
    expect(ids(await send('ada', 'GET', '/own/?ownerId[ne]=ada'))).toEqual([]);
    expect(ids(await send('ada', 'GET', '/own/?ownerId[gte]=a'))).toEqual(['a1', 'a2']);
    expect(ids(await send('ada', 'GET', '/own/?or[0][ownerId]=bob&or[1][title]=Ada 1'))).toEqual(['a1']);
    expect(ids(await send('ada', 'GET', '/own/?not[ownerId]=ada'))).toEqual([]);
    expect((await send('ada', 'GET', '/own/?page=1')).body.meta).toMatchObject({ total: 2 });
    expect(ids(await send('stranger', 'GET', '/own/'))).toEqual([]);
  });

  it("are the only ones behind a cursor of someone else's list", async () => {
    const { body } = await send('ada', 'GET', '/own/?order=title&size=1');
    const after = encodeURIComponent(body.meta.next);

    expect(ids(await send('bob', 'GET', `/own/?order=title&size=1&after=${after}`))).toEqual(['b1']);
    expect(ids(await send('ada', 'GET', `/own/?order=title&size=1&after=${after}`))).toEqual(['a2']);
  });

  it.each([
    ['GET', undefined],
    ['PUT', { title: 'x' }],
    ['PATCH', { title: 'x' }],
    ['PATCH', {}],
    ['DELETE', undefined],
  ])(
    'of another account answer %s %j with the same 404 as an unknown id, and are kept',
    async (method, body) => {
      const before = await stored();
      const seen = (await send('bob', 'GET', '/own/b1/')).headers.get('etag') as string;
      for (const headers of [{}, { 'If-Match': seen }, { 'If-Match': '"other"' }, { 'If-Match': '*' }]) {
        const unknown = await send('ada', method, '/own/none/', body, headers);
        const others = await send('ada', method, '/own/b1/', body, headers);

        expect([others.status, others.text]).toEqual([404, unknown.text]);
        expect([...others.headers.keys()].sort()).toEqual([...unknown.headers.keys()].sort());
      }
      expect(await stored()).toEqual(before);
    },
  );

  it('can be read, changed and deleted by their owner', async () => {
    expect((await send('ada', 'GET', '/own/a1/')).body).toEqual({ id: 'a1', ownerId: 'ada', title: 'Ada 1' });
    expect((await send('ada', 'PATCH', '/own/a1/', { title: 'x' })).status).toBe(200);
    expect((await send('ada', 'PUT', '/own/a2/', { title: 'y' })).body).toMatchObject({ ownerId: 'ada' });
    expect((await send('ada', 'DELETE', '/own/a1/')).status).toBe(204);
    expect(await stored()).toEqual({ a2: 'ada: y', b1: 'bob: Bob 1' });
  });

  it('are the only ones that are replaced, extended and dropped', async () => {
    await send('ada', 'PUT', '/own/', { data: [{ id: 'a2', title: 'kept' }, { title: 'new' }] });
    expect(Object.values(await stored()).sort()).toEqual(['ada: kept', 'ada: new', 'bob: Bob 1']);

    expect((await send('bob', 'DELETE', '/own/?or[0][title]=kept&or[1][title]=new')).body).toEqual({
      deleted: 0,
    });
    expect((await send('bob', 'DELETE', '/own/?title=kept')).body).toEqual({ deleted: 0 });
    expect((await send('ada', 'DELETE', '/own/')).body).toEqual({ deleted: 2 });
    expect(await stored()).toEqual({ b1: 'bob: Bob 1' });
  });

  it.each(['PUT', 'PATCH'])(
    'of someone else in the body of %s /own/ answer the very 404 of an unknown id, and everything stays',
    async (method) => {
      const before = await stored();
      const { text: unknown } = await send('ada', 'GET', '/own/none/');
      for (const records of [
        [{ id: 'b1', title: 'Mine' }],
        [{ id: 'a1', title: 'changed' }, { title: 'new' }, { id: 'b1', title: 'Bob 1' }],
      ]) {
        const refused = await send('ada', method, '/own/', { data: records });
        expect([refused.status, refused.text]).toEqual([404, unknown]);
        expect(await stored()).toEqual(before);
      }
    },
  );

  it('may be given an id by the caller who adds them, if no record has it', async () => {
    const added = await send('ada', 'PATCH', '/own/', { data: [{ id: 'a3', title: 'Ada 3' }] });
    expect([added.status, (await stored())['a3']]).toEqual([200, 'ada: Ada 3']);
    // As with any value that must be unique, and only when it is created.
    expect((await send('ada', 'POST', '/own/', { id: 'b1', title: 'x' })).status).toBe(409);
  });

  it('can all be reached by a caller with the permission, and keep their owner', async () => {
    expect(ids(await send('staff', 'GET', '/staffed/'))).toEqual(['a1', 'a2', 'b1']);
    expect(ids(await send('ada', 'GET', '/staffed/'))).toEqual(['a1', 'a2']);
    expect((await send('staff', 'PATCH', '/staffed/b1/', { title: 'x' })).body).toMatchObject({
      ownerId: 'bob',
    });
    expect((await send('ada', 'PATCH', '/staffed/b1/', { title: 'y' })).status).toBe(404);
    expect((await send('staff', 'PUT', '/staffed/', { data: [{ id: 'b1', title: 'z' }] })).status).toBe(200);
    expect(await stored()).toEqual({ b1: 'bob: z' });
  });

  it('need a caller for every verb', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', 'a1/'],
      ['POST', ''],
      ['DELETE', 'a1/'],
      ['DELETE', ''],
    ] as const)
      expect((await send('forged', method, `/own/${path}`)).status).toBe(401);
  });

  if (kind !== 'memory')
    it('have the owner in the condition of every statement', async () => {
      const requests: [string, string, unknown?][] = [
        ['GET', 'a1/'],
        ['GET', ''],
        ['GET', '?page=1'],
        ['PUT', 'a1/', { title: 'x' }],
        ['PATCH', 'a1/', { title: 'x' }],
        ['PATCH', '', { data: [{ id: 'a1', title: 'x' }] }],
        ['PUT', '', { data: [{ id: 'a1', title: 'x' }] }],
        ['DELETE', 'a1/'],
        ['DELETE', '?title=x'],
        ['DELETE', ''],
      ];
      for (const [method, path, body] of requests) {
        const statements = await statementsOf(backend.scope as DataSource, () =>
          send('ada', method, `/own/${path}`, body),
        );
        const touching = statements.filter((sql) => /^\s*(SELECT|UPDATE|DELETE)\b.*"?note"?/is.test(sql));
        expect([method, path, touching.length > 0]).toEqual([method, path, true]);
        for (const sql of touching) expect(sql).toMatch(/WHERE[\s\S]*owner_id/i);
      }
    });
});

describe('A declaration of owned records', () => {
  const declared = {
    name: 'Product',
    resource: ProductResource,
    view: ProductView,
    body: ProductDetails,
    verbs: ['create', 'list'],
  };
  const declare = (given: object) => () => RestController({ ...declared, ...given } as never);

  it('is refused with the remedy when it cannot work', () => {
    expect(declare({ access: { create: 'owner', list: 'public' } })).toThrow(
      /access of Product to create is for the owner, but the resource has none: name the field/,
    );
    expect(declare({ owner: 'note', access: { create: 'public', list: 'public' } })).toThrow(
      /lets anyone create records, which would have no owner/,
    );
    expect(declare({ owner: 'note', access: { create: 'owner', list: 'owner' } })).toThrow(
      /ProductDetails has a field note, which holds the owner of Product/,
    );
    expect(declare({ access: { create: 'pubic', list: 'public' } })).toThrow(
      /'pubic', which is neither a keyword nor a permission/,
    );
    expect(declare({ access: { create: [], list: 'public' } })).toThrow(/is empty/);
    expect(declare({ access: { create: ['a:b'], list: ['public', 'a:b'] } })).toThrow(/includes everyone/);
    expect(declare({ access: { create: 'a:b', list: 'public', drop: 'a:b' } })).toThrow(
      /not among its verbs/,
    );
  });

  it('does not compile without the access of a verb, or with an unknown word', () => {
    const read = { name: 'Product', resource: ProductResource, view: ProductView };
    const verbs = ['list', 'retrieve'] as const;

    // @ts-expect-error retrieve is missing
    expect(RestController({ ...read, verbs, access: { list: 'public' } })).toBeDefined();
    // @ts-expect-error an unknown word
    expect(() => RestController({ ...read, verbs, access: { list: 'public', retrieve: 'all' } })).toThrow();
    // @ts-expect-error no field holds the owner
    expect(() => RestController({ ...read, verbs, access: { list: 'public', retrieve: 'owner' } })).toThrow();
    const owned = { ...read, verbs, access: { list: 'public', retrieve: 'owner' } } as const;
    // @ts-expect-error nor is this one a field
    expect(RestController({ ...owned, owner: 'x' })).toBeDefined();
    expect(
      RestController({
        ...read,
        verbs,
        access: { list: 'public', retrieve: ['owner', 'a:b'] },
        owner: 'note',
      }),
    ).toBeDefined();
  });
});
