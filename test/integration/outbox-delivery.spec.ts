/**
 * How the courier delivers messages to a service with all kinds of responses, on each database.
 * Real: the database, the courier, the notification module, HTTP. Fake: the service, which does what each test says,
 * and the clock, which tests advance instead of waiting.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxRepository } from '../../src/ddd/outbox/index.js';
import { NotificationModule, welcomeTopic } from '../../src/modules/notification/index.js';
import type { Recipient } from '../../src/modules/notification/index.js';
import { databaseKinds } from '../support/databases.js';
import { RunningCourier, topicsOf } from '../support/courier.js';
import type { CourierStart } from '../support/courier.js';
import { outboxEntities } from '../support/letters.js';
import { respond, hang, FakeService, reset } from '../../testing/fake-service.js';
import type { Behaviour } from '../../testing/fake-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const minute = 60_000;

class OrderedWelcomes extends OutboxRepository<Recipient> {
  protected readonly topic = welcomeTopic;

  record(name: string): Promise<string> {
    return this.add({ email: `${name}@example.com`, name }, { partitionKey: 'one' });
  }
}

describe.each(databaseKinds)('Courier on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let service: FakeService;
  let courier: RunningCourier;

  beforeEach(async () => {
    service = await FakeService.start();
  });
  afterEach(async () => {
    await courier.stop();
    await service.stop();
  });

  const start = async (behaviour: Behaviour, more: CourierStart = {}) => {
    service.behaviour = behaviour;
    courier = await RunningCourier.start(database, { url: service.url, ...more });
  };
  const state = async (id: string) => (await courier.message(id)).state;
  const isDone = (id: string) => async () => (await state(id)) === 'done';
  const attemptMade = (id: string, number = 1) =>
    until(`attempt ${number} is recorded`, async () => (await courier.attempts(id)).length >= number);
  /** The first request of each key gets one behaviour, later ones another. */
  const first =
    (once: Behaviour, then: Behaviour = respond(200)): Behaviour =>
    (response, request) =>
      (request.number === 1 ? once : then)(response, request);

  it('delivers a recorded message once, under its id, and keeps nothing personal', async () => {
    await start(respond(200));
    const [id = ''] = await courier.welcome('john');
    await until('it is delivered', isDone(id));
    expect(service.received).toEqual([
      {
        key: id,
        method: 'POST',
        path: '/notifications/welcome/send/',
        body: { email: 'john@example.com', name: 'john' },
        number: 1,
      },
    ]);
    expect((await courier.message(id)).payload).toBeNull();
    expect(await courier.attempts(id)).toMatchObject([{ number: 1, outcome: 'delivered', error: null }]);
  });

  it.each([500, 503, 408, 425, 429])('retries after %i, under the same key', async (status) => {
    await start(first(respond(status)));
    const [id = ''] = await courier.welcome('john');
    await attemptMade(id);
    courier.pass(minute);
    await until('it is delivered', isDone(id));
    expect(service.received.map(({ key }) => key)).toEqual([id, id]);
    expect(await courier.attempts(id)).toMatchObject([
      { outcome: 'retry', status, error: `notifications/welcome answered ${status}` },
      { outcome: 'delivered' },
    ]);
  });

  it('waits as long as Retry-After says', async () => {
    await start(respond(503, { 'Retry-After': '7200' }));
    const [id = ''] = await courier.welcome('john');
    await attemptMade(id);
    const { availableAt, changedAt } = await courier.message(id);
    expect(availableAt - changedAt).toBe(7_200_000);
  });

  it.each([400, 404, 410, 422])('gives up at once after %i, and keeps the message', async (status) => {
    await start(respond(status));
    const [id = ''] = await courier.welcome('john');
    await until('it is dead', async () => (await state(id)) === 'dead');
    expect(await courier.message(id)).toMatchObject({ payload: expect.stringContaining('john') });
    expect(await courier.attempts(id)).toMatchObject([{ outcome: 'dead', status }]);
    expect(service.received).toHaveLength(1);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await FakeService.start();
    await start(respond(302, { Location: `${elsewhere.url}/` }));
    const [id = ''] = await courier.welcome('john');
    await until('it is dead', async () => (await state(id)) === 'dead');
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it('retries after a connection reset', async () => {
    await start(first(reset));
    const [id = ''] = await courier.welcome('john');
    await attemptMade(id);
    expect((await courier.attempts(id))[0]).toMatchObject({
      outcome: 'retry',
      status: null,
      error: 'notifications/welcome did not answer (ECONNRESET)',
    });
    courier.pass(minute);
    await until('it is delivered', isDone(id));
  });

  it('aborts a request that hangs, and one with headers that come byte by byte', async () => {
    const drip: Behaviour = (response) => {
      const timer = setInterval(() => response.socket?.write('H'), 20);
      response.once('close', () => clearInterval(timer));
    };
    const names = ['hanging', 'dripping'];
    await start(
      first((response, { body, ...request }) => {
        const { name } = body as { name: string };
        (name === names[0] ? hang : drip)(response, { body, ...request });
      }),
      { options: { sendTimeoutMs: 300, leaseMs: 15_000 } },
    );
    const ids = await courier.welcome(...names);
    for (const id of ids) await attemptMade(id);
    for (const id of ids)
      expect((await courier.attempts(id))[0]).toMatchObject({ outcome: 'retry', status: null });
    expect((await courier.attempts(ids[0]!))[0]?.error).toBe('timed out after 300 ms');
    courier.pass(minute);
    for (const id of ids) await until('it is delivered', isDone(id));
  });

  it('uses the status of a response that is 10 MB long, or never ends, and reads no further', async () => {
    let sent = 0;
    const long: Behaviour = (response) => {
      response.writeHead(200, { 'Content-Length': String(10 * 1024 * 1024) });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384;
      };
      response.on('drain', more);
      more();
    };
    const endless: Behaviour = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(timer));
    };
    await start((response, request) =>
      (request.body as { name: string }).name === 'long'
        ? long(response, request)
        : endless(response, request),
    );
    const ids = await courier.welcome('long', 'endless');
    for (const id of ids) await until('it is delivered', isDone(id));
    await until('the connections are closed', () => service.inFlight === 0);
    expect(sent).toBeLessThan(8 * 1024 * 1024);
  });

  it('delivers to other recipients while slow ones occupy their slots', async () => {
    await start(
      (response, request) => {
        if (!(request.body as { name: string }).name.startsWith('slow')) respond(200)(response, request);
      },
      { slotsPerTopic: 4 },
    );
    const slow = await courier.welcome('slow1', 'slow2', 'slow3');
    await until('the slow ones are in flight', () => service.inFlight === 3);
    const others = await courier.welcome(...Array.from({ length: 30 }, (_, number) => `other${number}`));
    for (const id of others) await until('another is delivered', isDone(id));
    expect(service.inFlight).toBe(3);
    expect(service.maxInFlight).toBeLessThanOrEqual(4);
    for (const id of slow) expect(await state(id)).toBe('leased');
    service.behaviour = respond(200);
  });

  it('sends the next message of a key when the previous one has been delivered, without waiting for the poll', async () => {
    await start(respond(200));
    const names = Array.from({ length: 20 }, (_, number) => `name${number}`);
    await courier.dataSource.transaction(async (manager) => {
      const welcomes = new OrderedWelcomes({ manager });
      for (const name of names) await welcomes.record(name);
    });
    // With polls every two seconds it would take forty seconds, more than the timeout.
    await until('all are delivered', () => service.received.length === names.length);
    expect(service.received.map(({ body }) => (body as Recipient).name)).toEqual(names);
  });

  it('holds messages back from a service that keeps failing, and delivers the rest when it recovers', async () => {
    const slotsPerTopic = 5;
    await start(respond(503), { slotsPerTopic });
    const ids = await courier.welcome(...Array.from({ length: 40 }, (_, number) => `name${number}`));
    await until('it was tried ten times', () => service.received.length >= 10);
    await until('nothing is in flight', async () => (await courier.queue.status()).messages.leased === 0);
    const tried = service.received.length;
    // In flight when the tenth failed: in its own slots, and in those that idle topics lend.
    const lent = (topicsOf(NotificationModule) - 1) * Math.floor(slotsPerTopic / 2);
    expect(tried).toBeLessThan(10 + slotsPerTopic + lent);
    const held = await Promise.all(ids.map((id) => courier.message(id)));
    const untouched = held.filter(({ attempts }) => attempts === 0);
    expect(untouched).toHaveLength(40 - tried);
    for (const { availableAt, createdAt } of untouched) expect(availableAt).toBe(createdAt);

    service.behaviour = hang;
    courier.pass(2_000);
    await until('a probe is in flight', () => service.inFlight === 1);
    courier.pass(2_000);
    expect(await courier.queue.status()).toMatchObject({ messages: { leased: 1 } });

    service.behaviour = respond(200);
    await until('the probe was cut', () => service.inFlight === 0);
    courier.pass(10 * minute);
    for (const id of ids) await until('everything is delivered', isDone(id));
    expect(courier.log.join('\n')).toMatch(/held back[\s\S]*delivered again/);
  });

  it('writes neither addresses nor contents into attempts, errors or the log', async () => {
    await start(
      first((response) => response.writeHead(500).end('john@example.com is unknown'), respond(422)),
    );
    const [id = ''] = await courier.welcome('john');
    await attemptMade(id);
    courier.pass(minute);
    await until('it is dead', async () => (await state(id)) === 'dead');
    const { payload: _, ...message } = await courier.message(id);
    const reported = JSON.stringify([message, await courier.attempts(id), courier.log]);
    expect(reported).toContain(id);
    expect(reported).not.toMatch(/example\.com|john|127\.0\.0\.1/);
  });

  it('delivers each message immediately after its commit, without waiting for the poll', async () => {
    await start(respond(200));
    const began = performance.now();
    for (let number = 0; number < 20; number++) {
      const [id = ''] = await courier.welcome(`name${number}`);
      await until('it is delivered', isDone(id));
    }
    // With polls every two seconds it would take twenty seconds.
    expect(performance.now() - began).toBeLessThan(12_000);
  });
});
