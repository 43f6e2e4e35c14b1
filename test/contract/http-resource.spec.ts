/**
 * The HTTP resource repository against healthy and misbehaving services.
 * Real: the repository, the worker, the client module, HTTP over sockets. Fake: the service, a server that answers what
 * each test tells it to, and counts.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import axios from 'axios';
import { HttpClientModule, components } from '../../src/ddd/component/index.js';
import {
  HttpResourceRepository,
  RemoteServiceError,
  StillReferencedError,
  AlreadyExistsError,
  IntegrityError,
  NotFoundError,
} from '../../src/ddd/repository/index.js';
import { HttpWorker, UnitClosedError } from '../../src/ddd/worker/index.js';
import { loggableError } from '../../src/http/logging/loggable-error.js';
import { TunnelProxy } from '../support/tunnel-proxy.js';

interface Price {
  readonly id: string;
  readonly amount: number;
}

class PriceRepository extends HttpResourceRepository<Price> {
  protected readonly resource = 'price';
}

@Injectable()
class PriceWorker extends HttpWorker.with({ price: PriceRepository }) {}

const lamp = { id: 'lamp', amount: 10 };
type Behavior = (request: IncomingMessage, response: ServerResponse) => unknown;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Behavior => {
  return (_, response) => response.writeHead(status, headers).end(JSON.stringify(body));
};
const page = (ids: string[], next: string | null): Behavior =>
  json(200, { data: ids.map((id) => ({ ...lamp, id })), meta: { size: 100, next } });

let requests: { line: string; body: string }[];
let sockets: Set<Socket>;
let behavior: Behavior;
let service: ReturnType<typeof createServer>;
let program: TestingModule;
let worker: PriceWorker;
let prices: PriceRepository;

/** Starts a program whose module speaks to the service. @param timeout milliseconds for a request */
async function start(timeout: number): Promise<void> {
  const { port } = service.address() as AddressInfo;

  @Module({
    imports: [
      HttpClientModule.with({ useFactory: () => ({ baseURL: `http://127.0.0.1:${port}/v1`, timeout }) }),
    ],
    ...components(PriceWorker),
  })
  class PriceModule {}

  program = await Test.createTestingModule({ imports: [PriceModule] }).compile();
  await program.init();
  worker = program.get(PriceWorker);
  prices = program.get(PriceRepository);
}

beforeEach(async () => {
  requests = [];
  sockets = new Set();
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      requests.push({ line: `${request.method} ${request.url}`, body });
      behavior(request, response);
    });
  });
  service.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  await start(20_000);
});
afterEach(async () => {
  await program.close();
  service.closeAllConnections();
  service.close();
});

const lines = () => requests.map(({ line }) => line);
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the nine verbs', () => {
  it('are the nine routes of a collection', async () => {
    behavior = (request, response) =>
      request.method === 'DELETE' && !request.url?.includes('lamp')
        ? json(200, { deleted: 2 })(request, response)
        : request.url?.includes('lamp')
          ? json(200, lamp)(request, response)
          : json(200, request.method === 'POST' ? lamp : { data: [lamp], meta: { size: 1, next: null } })(
              request,
              response,
            );

    expect(await prices.create(lamp)).toEqual(lamp);
    expect(await prices.retrieve('lamp')).toEqual(lamp);
    expect(await prices.update(lamp, 'lamp')).toEqual(lamp);
    expect(await prices.partialUpdate({ amount: 10 }, 'lamp')).toEqual(lamp);
    await prices.delete('lamp');
    expect(await prices.list()).toEqual([lamp]);
    expect(await prices.replace([lamp])).toEqual([lamp]);
    expect(await prices.partialReplace([lamp])).toEqual([lamp]);
    expect(await prices.dropAll()).toBe(2);
    expect(lines()).toEqual([
      'POST /v1/price/',
      'GET /v1/price/lamp/',
      'PUT /v1/price/lamp/',
      'PATCH /v1/price/lamp/',
      'DELETE /v1/price/lamp/',
      'GET /v1/price/?size=100',
      'PUT /v1/price/',
      'PATCH /v1/price/',
      'DELETE /v1/price/',
    ]);
    expect(requests[3]?.body).toBe('{"amount":10}');
    expect(requests[6]?.body).toBe('{"data":[{"id":"lamp","amount":10}]}');
  });

  it('escape ids, and refuse those that a path cannot address', async () => {
    behavior = json(200, lamp);

    await prices.retrieve('a/../b?x#y z');
    expect(lines()).toEqual(['GET /v1/price/a%2F..%2Fb%3Fx%23y%20z/']);
    for (const id of ['', '.', '..']) await expect(prices.delete(id)).rejects.toThrow(/filter by it/);
    expect(requests).toHaveLength(1);
  });

  it('send no request when nothing can match', async () => {
    expect(await prices.drop({ id: { in: [] } })).toBe(0);
    expect(await prices.count({ id: { in: [] } })).toBe(0);
    expect(await prices.list({ id: { in: [] } })).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('refuse a list of values that is too long for a URL, with the remedy', async () => {
    const ids = Array.from({ length: 101 }, String);

    await expect(prices.drop({ id: { in: ids } })).rejects.toThrow(/at most 100 at once/);
    expect(requests).toEqual([]);
  });
});

describe('errors', () => {
  it('are those of every repository', async () => {
    const errors = { detail: { 'data.0.amount': { type: 'number', loc: [], msg: '' } } };
    behavior = json(404, {});
    expect(await failure(prices.retrieve('lamp'))).toMatchObject({
      constructor: NotFoundError,
      resource: 'price',
      id: 'lamp',
    });
    behavior = json(409, { detail: { shop: { type: 'taken' }, name: { type: 'taken' } } });
    expect(await failure(prices.create(lamp))).toMatchObject({
      constructor: AlreadyExistsError,
      resource: 'price',
      constraint: 'price.shop+name',
    });
    behavior = json(409, 'Conflict');
    expect(await failure(prices.update(lamp, 'lamp'))).toMatchObject({
      constructor: AlreadyExistsError,
      id: 'lamp',
    });
    expect(await failure(prices.delete('lamp'))).toMatchObject({
      constructor: StillReferencedError,
      id: 'lamp',
    });
    for (const status of [400, 422]) {
      behavior = json(status, errors);
      expect(await failure(prices.create([lamp]))).toMatchObject({
        constructor: IntegrityError,
        constraint: 'price.amount',
      });
    }
  });

  it('keep the status and the beginning of the body, which is never printed', async () => {
    behavior = (_, response) => response.writeHead(500).end(`secret ${'x'.repeat(10_000)}`);
    const error = (await failure(prices.retrieve('lamp'))) as RemoteServiceError;

    expect(error).toBeInstanceOf(RemoteServiceError);
    expect(error.failure).toEqual({ status: 500 });
    expect(error.body).toHaveLength(2_000);
    for (const printed of [
      inspect(error),
      JSON.stringify(error),
      String(error.stack),
      JSON.stringify(loggableError(error)),
    ])
      expect(printed).not.toContain('secret');
  });

  it('report a response that is not one of a collection', async () => {
    behavior = (_, response) => response.writeHead(200).end('<html>');
    await expect(prices.retrieve('lamp')).rejects.toThrow('price answered 200: not JSON');
    behavior = json(200, []);
    await expect(prices.list()).rejects.toThrow('no list called data');
    await expect(prices.retrieve('lamp')).rejects.toThrow('not a record');
    behavior = json(404, {});
    await expect(prices.list()).rejects.toThrow('price answered 404');
  });

  it.each<[string, unknown, () => Promise<unknown>]>([
    ['meta.total', {}, () => prices.count()],
    ['meta.total', { total: '2' }, () => prices.count()],
    ['meta.total', { total: -1 }, () => prices.count()],
    ['meta.total', { size: 100, total: 1.5 }, () => prices.listPage()],
    ['meta.size', { total: 2 }, () => prices.listPage()],
    ['meta.size', { size: null, total: 2 }, () => prices.listPage()],
    ['meta.next', { next: 7 }, () => prices.listAfter()],
    ['meta.next', { next: true }, () => prices.list()],
  ])('name the field %s of a response with meta %j', async (field, meta, send) => {
    behavior = json(200, { data: [], meta });

    await expect(send()).rejects.toThrow(RemoteServiceError);
    await expect(send()).rejects.toThrow(`price answered 200: ${field} of the response is n`);
  });

  it.each([undefined, null, '3', -1, 0.5])('refuse %j as the number of deleted records', async (deleted) => {
    behavior = json(200, { deleted });

    await expect(prices.drop({ amount: 10 })).rejects.toThrow(
      'deleted of the response is not a whole number',
    );
  });

  it.each([null, true, {}, ['lamp']])('refuse a record whose id is %j', async (id) => {
    behavior = json(200, { ...lamp, id });
    await expect(prices.retrieve('lamp')).rejects.toThrow('not a record with an id');
    behavior = json(200, { data: [{ ...lamp, id }] });
    await expect(prices.list()).rejects.toThrow('not a record with an id');
  });

  it('do not follow redirects', async () => {
    behavior = json(302, {}, { Location: 'http://127.0.0.1:1/' });
    await expect(prices.retrieve('lamp')).rejects.toMatchObject({ failure: { status: 302 } });
    expect(requests).toHaveLength(1);
  });
});

describe('retries', () => {
  it.each([408, 425, 429, 502, 503, 504])('repeat GET after %i, and return its response', async (status) => {
    behavior = (request, response) => json(requests.length < 3 ? status : 200, lamp)(request, response);

    expect(await prices.retrieve('lamp')).toEqual(lamp);
    expect(requests).toHaveLength(3);
  });

  it('repeat PUT after a lost connection', async () => {
    behavior = (request, response) =>
      requests.length === 1 ? request.socket.destroy() : json(200, lamp)(request, response);

    expect(await prices.update(lamp, 'lamp')).toEqual(lamp);
    expect(requests).toHaveLength(2);
  });

  it('end after three attempts, with the last failure', async () => {
    behavior = json(503, {});

    await expect(prices.retrieve('lamp')).rejects.toMatchObject({ failure: { status: 503 } });
    expect(requests).toHaveLength(3);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['POST', () => prices.create(lamp)],
    ['PATCH', () => prices.partialUpdate({ amount: 1 }, 'lamp')],
    ['DELETE', () => prices.delete('lamp')],
  ])('never send %s twice', async (_, send) => {
    behavior = json(503, {});

    await expect(send()).rejects.toThrow(RemoteServiceError);
    expect(requests).toHaveLength(1);
  });

  it('do not repeat other failures', async () => {
    behavior = json(500, {});

    await expect(prices.retrieve('lamp')).rejects.toThrow('price answered 500');
    expect(requests).toHaveLength(1);
  });

  it('leave a long Retry-After to the caller', async () => {
    behavior = json(503, {}, { 'Retry-After': '60' });

    await expect(prices.retrieve('lamp')).rejects.toMatchObject({
      failure: { status: 503, retryAfterMs: 60_000 },
    });
    expect(requests).toHaveLength(1);
  });

  it('obey a short Retry-After', async () => {
    const times: number[] = [];
    behavior = (request, response) => {
      times.push(performance.now());
      json(times.length < 2 ? 503 : 200, lamp, { 'Retry-After': '1' })(request, response);
    };

    await prices.retrieve('lamp');
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(950);
  });
});

describe('limits', () => {
  it('end a hanging request, and a response that never completes', async () => {
    await program.close();
    await start(300);
    behavior = () => undefined;
    await expect(prices.create(lamp)).rejects.toMatchObject({ failure: { transport: 'timeout' } });

    behavior = (_, response) => {
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    };
    await expect(prices.create(lamp)).rejects.toMatchObject({ failure: { transport: 'timeout' } });
  });

  it('refuse a response of more than 1 MiB', async () => {
    behavior = (_, response) => response.end(JSON.stringify({ ...lamp, note: 'x'.repeat(2_000_000) }));

    await expect(prices.retrieve('lamp')).rejects.toThrow(RemoteServiceError);
    expect(requests).toHaveLength(1);
  });

  it('end a request when its caller gives up, without a retry', async () => {
    const given = new AbortController();
    behavior = () => given.abort();

    await expect(
      worker.run(({ price }) => price.retrieve('lamp'), { signal: given.signal }),
    ).rejects.toMatchObject({
      failure: { transport: 'ERR_CANCELED' },
    });
    expect(requests).toHaveLength(1);
  });
});

describe('pagination', () => {
  it('follows the cursors of the service to the end', async () => {
    behavior = (request, response) =>
      (request.url?.includes('after=two') ? page(['c'], null) : page(['a', 'b'], 'two'))(request, response);

    expect((await prices.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, () => Behavior]>([
    ['the same page for ever', () => page(['a', 'b'], 'again')],
    [
      'three pages in a circle',
      () => page([['a', 'b', 'c'][requests.length % 3] as string], `${requests.length % 3}`),
    ],
    [
      'a circle of fresh cursors',
      () => page([['a', 'b'][requests.length % 2] as string], `${requests.length}`),
    ],
    ['empty pages with a next', () => page([], `${requests.length}`)],
  ])('fails where the service returns %s', async (_, next) => {
    behavior = (request, response) => next()(request, response);
    const read = async () => {
      for await (const price of prices.stream()) expect(price.amount).toBe(10);
    };

    await expect(read()).rejects.toThrow('its pages do not end');
    expect(requests.length).toBeLessThan(12);
  });
});

describe('the client', () => {
  it('reuses its connection, and closes it when the program stops', async () => {
    behavior = json(200, lamp);
    for (let count = 0; count < 5; count++) await prices.retrieve('lamp');

    expect(sockets.size).toBe(1);
    const [socket] = sockets;
    const closed = new Promise((resolve) => socket?.once('close', resolve));
    await program.close();
    await closed;
  });

  it('holds at most twenty connections', async () => {
    behavior = (request, response) => setTimeout(() => json(200, lamp)(request, response), 5);
    await Promise.all(Array.from({ length: 60 }, () => prices.retrieve('lamp')));

    expect(requests).toHaveLength(60);
    expect(sockets.size).toBeLessThanOrEqual(20);
  });
});

describe('a proxy that refuses requests', () => {
  it.each([
    ['https', 204],
    ['https', 403],
    ['https', 404],
    ['https', 407],
    ['https', 503],
    ['http', 407],
  ])('is not mistaken for the service: over %s with %s', async (scheme, status) => {
    const proxy = await TunnelProxy.start(0);
    const variable = `${scheme.toUpperCase()}_PROXY`;
    proxy.status = status;
    process.env[variable] = proxy.url;
    try {
      const remote = new PriceRepository({ client: axios.create({ baseURL: `${scheme}://prices.invalid` }) });
      for (const work of [remote.create(lamp), remote.delete({ id: 'lamp' }), remote.find({ id: 'lamp' })])
        expect(await failure(work)).toMatchObject({
          code: 'remote.failed',
          message: `price did not answer (the proxy answered ${status})`,
        });
    } finally {
      delete process.env[variable];
      proxy.stop();
    }
  });
});

describe('HttpWorker', () => {
  it('keeps the repositories of the parent', async () => {
    class ShopWorker extends PriceWorker.with({ other: PriceRepository }) {}
    behavior = json(200, lamp);

    expect(Object.keys(ShopWorker.repositories)).toEqual(['price', 'other']);
    const shop = new ShopWorker({ axiosRef: {} } as never);
    expect(
      await shop.run(async ({ price, other }) =>
        [price, other].every((one) => one instanceof PriceRepository),
      ),
    ).toBe(true);
  });

  it('lets no repository out of its run', async () => {
    const escaped = await worker.run(async ({ price }) => price);
    // @ts-expect-error a repository lives only inside its run
    await expect((async () => escaped.retrieve('lamp'))()).rejects.toThrow(UnitClosedError);
    expect(requests).toEqual([]);
  });
});
