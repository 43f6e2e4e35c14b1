/**
 * Requests with an Idempotency-Key, on every backend.
 * Real: the server, the HTTP rules, the databases. Fake: the clock where it says so, and the work of the tasks.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, HttpCode, Logger, Post } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  IdempotencyMaintenance,
  IdempotencyRecord,
  IdempotencyWorker,
  idempotencyChannel,
  IdempotentRequests,
  KeyReusedError,
} from '../../src/ddd/idempotency/index.js';
import type { IdempotencyReport } from '../../src/ddd/idempotency/index.js';
import type { SqlRepositoryClasses, SqlWorkerClass } from '../../src/ddd/worker/index.js';
import { Public } from '../../src/http/access/access.decorators.js';
import { HttpError } from '../../src/http/errors/http.error.js';
import { Idempotent } from '../../src/http/idempotency/idempotent.decorator.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { Gate } from '../support/gate.js';
import { MovedClock } from '../support/moved-clock.js';
import { openTo, ProductDetails, ProductResource, ProductView, startApi } from '../support/product-api.js';
import { CatalogWorker, catalogEntities, ProductRepository } from '../support/products.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';
import { until } from '../support/until.js';
import { sendRaw } from './raw-http.js';

@Controller('product')
class KeyedProductController extends RestController({
  name: 'Product',
  resource: ProductResource,
  verbs: ['create', 'list'],
  access: openTo('create', 'list'),
  view: ProductView,
  body: ProductDetails,
  unique: ['sku'],
  takesIdempotencyKey: true,
}) {}

let executions = 0;
/** What a task does before its units of work, and between them. */
let prepare: () => Promise<unknown>;
let work: (sku: string) => Promise<unknown>;

/** A route of a team's own, with two units of work. */
@Controller('task')
@Public()
class TaskController {
  constructor(private readonly worker: CatalogWorker) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  async start(@Body() { sku = '' }: { sku?: string }): Promise<unknown> {
    executions++;
    await prepare();
    await this.worker.run(({ product }) => product.create({ id: sku, sku, name: sku, price: 1 }));
    const result = await work(sku);
    await this.worker.run(({ product }) => product.update({ price: 2 }, { sku }));
    return result;
  }
}

const day = 86_400_000;

describe.each(backendKinds)('A route with @Idempotent() on %s', (kind) => {
  let backend: Backend;
  let app: NestExpressApplication;
  let url: string;
  let clock: MovedClock;
  let records: IdempotencyWorker;

  const workerOf = <Classes extends SqlRepositoryClasses, Worker>(
    worker: SqlWorkerClass<Classes, Worker>,
  ): Worker =>
    backend.scope instanceof InMemoryDatabase ? backend.scope.worker(worker) : new worker(backend.scope);

  beforeEach(async () => {
    Logger.overrideLogger(false);
    backend = await createBackend(kind, [...catalogEntities, IdempotencyRecord]);
    records = workerOf(IdempotencyWorker);
    const requests = new IdempotentRequests(records, { fingerprintKey: () => Buffer.alloc(32, 7) });
    ({ app, url } = await startApi(
      backend.scope,
      [KeyedProductController, TaskController],
      [{ provide: IdempotentRequests, useValue: requests }],
    ));
    executions = 0;
    prepare = async () => undefined;
    work = async (sku) => ({ sku });
    clock = new MovedClock();
  });
  afterEach(async () => {
    clock.restore();
    await app.close();
    await backend.destroy();
  });

  async function post(path: string, key: string | undefined, body: object) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key !== undefined && { 'Idempotency-Key': key }) },
      body: JSON.stringify(body),
    });
    const { status, headers } = response;
    const kept = ['content-type', 'location', 'etag', 'retry-after'].map((name) => headers.get(name));
    return { status, kept, text: await response.text() };
  }
  const lamp = { sku: 'lamp-1', name: 'Lamp', price: 10 };
  const products = () => new ProductRepository(backend.scope).count();
  const recorded = () => records.run(({ record }) => record.list(), { readOnly: true });

  it('repeats the response byte for byte, with its headers, and creates one record', async () => {
    const first = await post('/product/', '"a"', lamp);
    expect(first.status).toBe(201);
    expect(first.kept.slice(0, 3)).toEqual([
      'application/json; charset=utf-8',
      expect.stringMatching(/^\/product\/.+\/$/),
      expect.stringMatching(/^".+"$/),
    ]);

    expect(await post('/product/', '"a"', lamp)).toEqual(first);
    // The same key, without quotes, and the same route, without a slash.
    expect(await post('/product', 'a', lamp)).toEqual(first);
    expect(await products()).toBe(1);
  });

  it('executes 50 requests with one key once; the others get the same response or a 409 with Retry-After', async () => {
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => post('/task/', '"a"', { sku: 'x' })),
    );

    const [done] = responses.filter(({ status }) => status === 202);
    for (const response of responses) {
      if (response.status === 202) expect(response).toEqual(done);
      else expect([response.status, response.kept[3]]).toEqual([409, '1']);
    }
    expect(executions).toBe(1);
    expect(await products()).toBe(1);
    expect(await post('/task/', '"a"', { sku: 'x' })).toEqual(done);
  });

  /** Sends a request, and lets the test act while it is executed. */
  async function whileExecuting(act: () => Promise<void>) {
    const begun = new Gate();
    const gate = new Gate();
    prepare = async () => {
      begun.open();
      await gate.passed;
    };
    const response = post('/task/', '"a"', { sku: 'x' });
    await begun.passed;
    await act();
    gate.open();
    return response;
  }

  it('refuses a repeat while the first runs with 409, and another body with 422, then and afterwards', async () => {
    const first = await whileExecuting(async () => {
      const repeat = await post('/task/', '"a"', { sku: 'x' });
      expect([repeat.status, repeat.kept[3]]).toEqual([409, '1']);
      expect((await post('/task/', '"a"', { sku: 'y' })).status).toBe(422);
    });

    expect(first).toMatchObject({ status: 202, text: '{"sku":"x"}' });
    expect((await post('/task/', '"a"', { sku: 'y' })).status).toBe(422);
    expect(executions).toBe(1);
  });

  it('keeps the keys of routes apart, and needs none', async () => {
    expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(202);
    expect((await post('/product/', '"a"', lamp)).status).toBe(201);
    expect((await post('/product/', undefined, { ...lamp, sku: 'lamp-2' })).status).toBe(201);
    expect(await products()).toBe(3);
    expect(await recorded()).toHaveLength(2);
  });

  it.each([
    '',
    '"',
    '""',
    '"a',
    'a"',
    '"a" "b"',
    '"a", "b"',
    'a, b',
    'a b',
    '"a";x=1',
    '"\\a"',
    '\xe4',
    'k'.repeat(256),
  ])('refuses the malformed key %j with 400', async (key) => {
    const response = await post('/task/', key, { sku: 'x' });

    expect(response.status).toBe(400);
    expect(JSON.parse(response.text).detail).toContain('Idempotency-Key');
    expect(executions).toBe(0);
  });

  it('refuses two fields with 400', async () => {
    const head = [
      'POST /task/ HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 11',
    ];
    // Node joins the two to one valid string.
    const keys = ['Idempotency-Key: "a', 'Idempotency-Key: b"', 'Connection: close'];
    const response = await sendRaw(
      Number(new URL(url).port),
      `${[...head, ...keys].join('\r\n')}\r\n\r\n{"sku":"x"}`,
    );

    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(executions).toBe(0);
  });

  it('records an error that the operation decided, and repeats it', async () => {
    await post('/product/', undefined, lamp);
    const taken = await post('/product/', '"a"', lamp);
    expect(taken.status).toBe(409);
    await new ProductRepository(backend.scope).dropAll();

    expect(await post('/product/', '"a"', lamp)).toEqual(taken);
    expect((await post('/product/', '"b"', lamp)).status).toBe(201);
  });

  it('records no error of a request that began no unit of work: its key is free for the right body', async () => {
    expect((await post('/product/', '"a"', { ...lamp, price: 'cheap' })).status).toBe(400);
    expect((await post('/product/', '"a"', lamp)).status).toBe(201);
  });

  it.each([429, 500, 503])(
    'records no %i: nothing of it is kept, and the next try executes',
    async (status) => {
      work = () => Promise.reject(new HttpError(status));
      expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(status);
      expect(await products()).toBe(0);
      work = async () => 'done';

      expect(await post('/task/', '"a"', { sku: 'x' })).toMatchObject({ status: 202, text: 'done' });
      expect(executions).toBe(2);
    },
  );

  it('lets the next request execute when a process died, once its claim is over', async () => {
    await post('/task/', '"a"', { sku: 'x' });
    const [{ id } = { id: '' }] = await recorded();
    // What a process leaves behind that dies while it executes.
    const die = async () => {
      await new ProductRepository(backend.scope).dropAll();
      await records.run(({ record }) =>
        record.update({ status: null, leaseUntil: Date.now() + 7_000 }, { id }),
      );
    };
    await die();
    expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(409);
    clock.move(7_001);
    expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(202);

    // A clock that is set back far makes no one wait for the hour that was.
    await die();
    clock.move(-3_600_000);
    expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(202);
    expect(executions).toBe(3);
  });

  it('refuses a repeat in a process whose clock is behind', async () => {
    await whileExecuting(async () => {
      clock.move(-1_000);
      expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(409);
    });
    expect(executions).toBe(1);
  });

  it('renews the claim of a request that executes for longer than a lease', async () => {
    const first = await whileExecuting(async () => {
      clock.move(5_000);
      const renewedUntil = Date.now() + 5_000;
      await until(
        'the claim is renewed',
        async () => ((await recorded())[0]?.leaseUntil ?? 0) > renewedUntil,
      );
      clock.move(5_000);
      expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(409);
    });
    expect([first.status, executions]).toEqual([202, 1]);
  });

  it('reports the outcome of each request, for metrics', async () => {
    const outcomes: string[] = [];
    const note = (report: unknown) => void outcomes.push((report as IdempotencyReport).outcome);
    subscribe(idempotencyChannel.name, note);
    try {
      await whileExecuting(async () => void (await post('/task/', '"a"', { sku: 'x' })));
      await post('/task/', '"a"', { sku: 'x' });
      await post('/task/', '"a"', { sku: 'y' });
      await post('/product/', '"b"', lamp);
      await post('/product/', '"c"', lamp);
      work = () => Promise.reject(new HttpError(503));
      await post('/task/', '"d"', { sku: 'z' });
      await post('/product/', undefined, { ...lamp, sku: 'lamp-2' });
    } finally {
      unsubscribe(idempotencyChannel.name, note);
    }

    // The 409 of what is taken is a result as well.
    expect(outcomes).toEqual([
      'in-progress',
      'executed',
      'repeated',
      'key-reused',
      'executed',
      'executed',
      'released',
    ]);
  });

  it('keeps the keys of callers apart', async () => {
    const requests = new IdempotentRequests(records, { fingerprintKey: () => Buffer.alloc(32, 7) });
    const bodyFor = async (caller: string | undefined) => {
      const body = caller ?? 'none';
      const execute = async () => ({ status: 200, body, contentType: null, location: null, etag: null });
      const request = { route: 'POST /x/', callerId: caller, key: 'a', content: null };
      return (await requests.respond(request, { execute, responseTo: () => undefined })).body;
    };
    for (const caller of ['one', 'two', undefined]) expect(await bodyFor(caller)).toBe(caller ?? 'none');
  });

  it('keeps nothing of a request whose claim was taken over meanwhile', async () => {
    const first = await whileExecuting(async () => {
      const [{ id } = { id: '' }] = await recorded();
      await records.run(({ record }) => record.update({ leaseToken: 'of-another-process' }, { id }));
    });

    expect(first.status).toBe(409);
    expect(await products()).toBe(0);
  });

  it('forgets a response after 24 hours, and deletes its record', async () => {
    await post('/task/', '"a"', { sku: 'x' });
    clock.move(day - 1_000);
    expect((await post('/task/', '"a"', { sku: 'x' })).status).toBe(202);
    await new IdempotencyMaintenance(records).run();
    expect([executions, (await recorded()).length]).toEqual([1, 1]);
    clock.move(2_000);
    await new ProductRepository(backend.scope).dropAll();

    expect((await post('/task/', '"a"', { sku: 'y' })).status).toBe(202);
    expect(executions).toBe(2);
    clock.move(day + 1_000);
    await new IdempotencyMaintenance(records).run();
    expect(await recorded()).toEqual([]);
  });

  it('records no content that was sent, and no hash that a guess could be compared with', async () => {
    const secret = 'correct horse battery staple';
    await post('/task/', '"the-key"', { sku: 'x', password: secret });
    const [record] = await recorded();

    const text = JSON.stringify(record);
    for (const hidden of [secret, 'the-key']) expect(text).not.toContain(hidden);
    const content = ['', { sku: 'x', password: secret }];
    const request = { route: 'POST /task/', callerId: undefined, key: 'the-key', content };
    const execution = { execute: () => Promise.reject(new Error('executed')), responseTo: () => undefined };
    const withKey = (byte: number) =>
      new IdempotentRequests(records, { fingerprintKey: () => Buffer.alloc(32, byte) });
    expect(await withKey(7).respond(request, execution)).toMatchObject({ status: 202 });
    await expect(withKey(8).respond(request, execution)).rejects.toThrow(KeyReusedError);
    expect(record?.fingerprint).toMatch(/^[\da-f]{64}$/);
  });
});

describe('The document of a route with @Idempotent()', () => {
  it('has the header, and the errors 400, 409 and 422', async () => {
    const database = new InMemoryDatabase();
    const requests = new IdempotentRequests(database.worker(IdempotencyWorker), {
      fingerprintKey: () => Buffer.alloc(32),
    });
    const { app, url } = await startApi(
      database,
      [KeyedProductController],
      [{ provide: IdempotentRequests, useValue: requests }],
    );
    try {
      const document = (await (await fetch(`${url}/schema/`)).json()) as {
        paths: Record<string, Record<string, { parameters: object[]; responses: Record<string, object> }>>;
      };
      const { post, get } = document.paths['/product/'] ?? {};
      expect(post?.parameters).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }),
      );
      expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(['400', '409', '422']));
      // The document's own 409, for what is taken, or the one of the key.
      expect(JSON.stringify(post?.responses['409'])).toMatch(/ConflictError.*HttpError/);
      expect(JSON.stringify(get?.parameters)).not.toContain('Idempotency-Key');
    } finally {
      await app.close();
    }
  });
});
