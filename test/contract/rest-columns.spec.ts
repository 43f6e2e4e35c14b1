/**
 * A REST resource over columns that do not accept every value, hide or transform it, or only mark a record as deleted: the
 * same responses on each backend, and never a 500.
 * Real: the server with its HTTP rules, the databases, SQL and in memory. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';
import { ticketApi, ticketEntities, TicketRepository } from '../support/ticket-api.js';

const id = 'd73d4a62-dfe9-4907-91f4-f6b06f33c534';
const other = 'd73d4a62-dfe9-4907-91f4-f6b06f33c535';

describe.each(backendKinds)('A REST resource on %s', (kind) => {
  let backend: Backend;
  let api: Api;
  let tickets: TicketRepository;
  beforeAll(async () => {
    backend = await createBackend(kind, ticketEntities);
    tickets = new TicketRepository(backend.scope);
    const { controllers, providers } = ticketApi(backend.scope);
    api = await startApi(backend.scope, controllers, providers);
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });
  beforeEach(async () => {
    await send('DELETE', 'ticket/');
    await send('DELETE', 'numbered/');
  });

  async function send(method: string, path: string, body?: unknown) {
    const response = await fetch(`${api.url}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }
  const refused = async (method: string, path: string, body?: unknown) => {
    const answer = await send(method, path, body);
    return [answer.status, Object.keys(Object(answer.body?.detail))];
  };

  it.each(['abc', '1', '%20', 'x'.repeat(300), "'", `${id}0`, `%7B${id}%7D`])(
    'answers 404 for the key %s, which its column cannot hold',
    async (key) => {
      const title = { title: 'x' };
      for (const [method, body] of [['GET'], ['DELETE'], ['PUT', title], ['PATCH', title]] as [
        string,
        object?,
      ][])
        expect([method, (await send(method, `ticket/${key}/`, body)).status]).toEqual([method, 404]);
    },
  );

  it.each(['abc', '1.5', '1e3', '0x1', '99999999999', '99999999999999999999', '-1', '%201', '2147483648'])(
    'answers 404 for the number %s, which no record can have',
    async (key) => {
      const title = { title: 'x' };
      for (const [method, body] of [['GET'], ['DELETE'], ['PUT', title], ['PATCH', title]] as [
        string,
        object?,
      ][])
        expect([method, (await send(method, `numbered/${key}/`, body)).status]).toEqual([method, 404]);
    },
  );

  it.each([
    ['id=abc', 'id'],
    ['id[ne]=abc', 'id'],
    [`id[in]=${id}&id[in]=abc`, 'id[in]'],
    ['state=bogus', 'state'],
    ['state[in]=bogus', 'state[in]'],
    ['day=tomorrow', 'day'],
    ['day[gt]=2026-02-30', 'day[gt]'],
    ['due=2026-02-30T00:00:00Z', 'due'],
    ['due[lt]=soon', 'due[lt]'],
    ['rank=abc', 'rank'],
    ['rank=1e999', 'rank'],
    ['rank[isNull]=1', 'rank[isNull]'],
  ])('answers 400 that names the field for the filter %s, and deletes nothing', async (query, name) => {
    await tickets.create({ id, title: 'one' });
    const [field] = name.split('[');

    for (const method of ['GET', 'DELETE']) {
      const [status, fields] = await refused(method, `ticket/?${query}`);
      expect([method, status]).toEqual([method, 400]);
      expect([[name], [field]]).toContainEqual(fields);
    }
    expect(await tickets.count()).toBe(1);
  });

  it.each([
    ['id', { id: 'abc' }],
    ['title', { title: 'x'.repeat(21) }],
    ['state', { state: 'unknown to the column' }],
    ['day', { day: '2026-02-30' }],
  ])('answers 400 that names %s for a body that its column cannot hold', async (field, more) => {
    expect(await refused('POST', 'ticket/', { title: 'x', ...more })).toEqual([400, [field]]);
    expect(await refused('POST', 'ticket/', { data: [{ title: 'x', ...more }] })).toEqual([400, [field]]);
    expect(await tickets.count()).toBe(0);
  });

  it('names a field that must not be emptied, even if only the database refuses', async () => {
    await tickets.create({ id, title: 'one' });

    expect(await refused('PATCH', `ticket/${id}/`, { title: null })).toEqual([400, ['title']]);
    const empty = { state: null, rank: null, title: null };
    expect(await refused('PATCH', `ticket/${id}/`, empty)).toEqual([400, ['title', 'state']]);
    expect(await refused('PUT', 'ticket/', { data: [{ id, title: 'x', state: null }] })).toEqual([
      400,
      ['state'],
    ]);
    expect((await send('PATCH', `ticket/${other}/`, empty)).status).toBe(404);
  });

  it('treats a record that is marked as deleted as missing, for every verb', async () => {
    await tickets.create([
      { id, title: 'one' },
      { id: other, title: 'two', deletedAt: new Date() },
    ]);

    for (const [method, body] of [
      ['GET'],
      ['DELETE'],
      ['PUT', { title: 'x' }],
      ['PATCH', { title: 'x' }],
    ] as const)
      expect([method, (await send(method, `ticket/${other}/`, body)).status]).toEqual([method, 404]);
    expect((await send('GET', 'ticket/')).body.data).toHaveLength(1);
    expect((await send('DELETE', `ticket/?id=${other}`)).body).toEqual({ deleted: 0 });
    expect((await send('DELETE', 'ticket/')).body).toEqual({ deleted: 1 });
  });

  it.each(['rank', '-rank', 'code', '-code', 'due', '-day', 'rank,-code'])(
    'lists every record once in pages by %s, with empty, equal and transformed fields',
    async (order) => {
      const ids = Array.from({ length: 11 }, (_, index) => `${id.slice(0, -2)}${10 + index}`);
      await tickets.create(
        ids.map((one, index) => ({
          id: one,
          title: 'one',
          rank: index % 3 ? index % 4 : null,
          code: index % 4 ? `c${index % 3}` : null,
          day: index % 2 ? `2026-01-0${1 + (index % 5)}` : null,
          due: index % 2 ? new Date(1_000 * (index % 3)) : null,
        })),
      );
      const seen: string[] = [];
      for (let after = ''; ;) {
        const { status, body } = await send('GET', `ticket/?order=${order}&size=2${after}`);
        expect([status, seen.length < 20]).toEqual([200, true]);
        seen.push(...body.data.map((ticket: { id: string }) => ticket.id));
        if (body.meta.next === null) break;
        after = `&after=${body.meta.next}`;
      }
      expect([...seen].sort()).toEqual(ids);
    },
  );

  it('replaces a record whose id is spelt differently, and refuses two spellings of one id', async () => {
    await tickets.create({ id, title: 'one', secret: 'kept' });
    const put = { id: id.toUpperCase(), title: 'two', state: 'open' };

    for (const method of ['PUT', 'PATCH']) {
      const twice = { data: [{ ...put, id }, put] };
      expect(await refused(method, 'ticket/', twice)).toEqual([400, ['id']]);
      expect(await tickets.list()).toMatchObject([{ id, title: method === 'PUT' ? 'one' : 'two' }]);
      expect(await send(method, 'ticket/', { data: [put] })).toMatchObject({ status: 200 });
    }
    expect(await tickets.count({ id, title: 'two', secret: 'kept' })).toBe(1);
  });

  it('refuses to start with a filter or an order by an unknown field, and names it', async () => {
    for (const [declared, message] of [
      [{ orders: ['id', 'secret'] }, /^Ticket declares .* Ticket\.secret is not read \(select: false\)/],
      [{ orders: ['colour'] }, /^Ticket declares .* Ticket has no column colour/],
      [{ filters: { shape: 'text' } }, /^Ticket declares .* Ticket has no column shape/],
    ] as const) {
      const { controllers, providers } = ticketApi(backend.scope, declared);
      await expect(startApi(backend.scope, controllers, providers)).rejects.toThrow(message);
    }
  });

  it('numbers new records and keeps the numbers of replaced ones', async () => {
    const { body: one } = await send('POST', 'numbered/', { title: 'one' });
    const put = await send('PUT', 'numbered/', { data: [{ ...one, title: 'changed' }, { title: 'two' }] });

    expect(put).toMatchObject({
      status: 200,
      body: {
        data: [
          { id: one.id, title: 'changed' },
          { id: expect.any(Number), title: 'two' },
        ],
      },
    });
    expect((await send('GET', 'numbered/')).body.data).toEqual(put.body.data);
    expect((await send('GET', `numbered/${one.id}/`)).body).toEqual({ id: one.id, title: 'changed' });
    for (const alias of [`0${one.id}`, `${one.id}.0`, `+${one.id}`])
      expect((await send('GET', `numbered/${alias}/`)).status).toBe(404);
  });

  it('documents examples of its own fields, and a 409 for a body only where something is unique', async () => {
    const { body: document } = await send('GET', 'schema/');
    const statuses = (path: string, method: string) => Object.keys(document.paths[path][method].responses);
    const examples = document.paths['/ticket/'].post.responses['400'].content['application/json'].examples;

    expect(JSON.stringify(document)).not.toMatch(/email|sku/);
    expect(examples['Missing or wrong field'].value.detail).toMatchObject({ title: { type: 'missing' } });
    for (const [path, method] of [
      ['/ticket/{id}/', 'put'],
      ['/ticket/{id}/', 'patch'],
    ] as const)
      expect(statuses(path, method)).not.toContain('409');
    // It removes records, which others may refer to.
    expect(document.paths['/ticket/'].put.responses['409'].description).toBe(
      'Other records still refer to it.',
    );
    // The id, which clients may choose, is unique.
    expect(document.paths['/ticket/'].post.responses['409'].description).toBe('Taken already: id.');
  });
});
