/**
 * How one recipient, one probe or one operator affects the messages of all others, on each database.
 * Real: the database, the courier, the notification module, HTTP. Fake: the service, which does what each test says,
 * and the clock, which tests advance instead of waiting.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxOperator } from '../../src/ddd/outbox/index.js';
import { welcomeTopic } from '../../src/modules/notification/index.js';
import { respond, FakeService, hang } from '../../testing/fake-service.js';
import type { Behaviour } from '../../testing/fake-service.js';
import { RunningCourier } from '../support/courier.js';
import type { CourierStart } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { outboxEntities } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const minute = 60_000;
const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, number) => `${prefix}${number}`);

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
  const nameOf = ({ body }: { body: unknown }) => (body as { name: string }).name;
  const operator = () => new OutboxOperator(courier.dataSource, courier.clock);
  const counts = async () => (await courier.queue.status()).messages;
  const isDone = (id: string) => async () => (await courier.message(id)).state === 'done';

  it.each([
    ['429, as for a full mailbox', [429]],
    ['422, as for an unknown one', [422]],
    ['409, as for a send in flight', [409]],
    ['every status about a message in turn', [400, 409, 413, 422, 425, 429]],
  ])('delivers to a working recipient at once after 60 that got %s', async (_what, statuses) => {
    await start((response, request) =>
      respond(nameOf(request) === 'good' ? 200 : statuses[service.received.length % statuses.length]!)(
        response,
        request,
      ),
    );
    await courier.welcome(...names('bad', 60));
    await until('all were tried', () => service.keys.size === 60);
    const [good = ''] = await courier.welcome('good');
    // The clock does not advance: a held back message would wait for a probe.
    await until('the good one is delivered', isDone(good));
    expect((await courier.queue.status()).held).toEqual([]);
  });

  it('leaves a slot for new messages while retried ones occupy theirs', async () => {
    const slow: Behaviour = (response, request) =>
      (request.number === 1 ? respond(429) : hang)(response, request);
    await start(
      (response, request) => (nameOf(request).startsWith('slow') ? slow : respond(200))(response, request),
      { slotsPerTopic: 4, options: { sendTimeoutMs: 60_000, leaseMs: 200_000 } },
    );
    await courier.welcome(...names('slow', 10));
    await until('all were tried', () => service.keys.size === 10);
    courier.pass(minute);
    await until('they hold their places', () => service.inFlight === 3);
    const fresh = await courier.welcome(...names('fresh', 10));
    for (const id of fresh) await until('it is delivered', isDone(id));
    expect(service.inFlight).toBe(3);
  });

  it('gives up few messages for a service that refuses all of them, and later delivers the rest', async () => {
    const all = 300;
    await start(respond(404));
    await courier.welcome(...names('john', all));
    await until('it is held back', async () => (await courier.queue.status()).held.length === 1);
    await until('nothing is in flight', async () => (await counts()).leased === 0);
    const { dead } = await counts();
    expect(dead).toBeLessThan(10 + 20);
    expect((await courier.queue.status()).held).toMatchObject([
      { topic: welcomeTopic, reason: 'notifications/welcome answered 404' },
    ]);

    service.behaviour = respond(200);
    courier.pass(minute);
    await until('the rest is delivered', async () => (await counts()).done === all - dead);
    const listed = await operator().list({ limit: 100, topic: welcomeTopic, state: 'dead' });
    expect(listed.map(({ lastError }) => lastError)).toEqual(
      Array(dead).fill('notifications/welcome answered 404'),
    );
    expect(await operator().retryDead('another.topic')).toBe(0);
    expect(await operator().retryDead(welcomeTopic)).toBe(dead);
    courier.pass(0);
    await until('all are delivered', async () => (await counts()).done === all);
  });

  it('sends a message at once when an operator requests it, although the service asked to wait for 15 minutes', async () => {
    await start(respond(503, { 'Retry-After': '900' }));
    const ids = await courier.welcome(...names('john', 40));
    await until('it is held back', async () => (await courier.queue.status()).held.length === 1);
    await until('nothing is in flight', async () => (await counts()).leased === 0);
    const tried = service.received.length;
    const last = ids.at(-1)!;

    await operator().retry(last);
    courier.pass(0);
    await until('it is asked again', () => service.received.length > tried);
    expect(service.received.slice(tried).map(({ key }) => key)).toEqual([last]);
    await until('it is recorded', async () => (await courier.attempts(last)).length > 0);
    expect((await courier.queue.status()).held).toHaveLength(1);

    service.behaviour = respond(200);
    await operator().retry(last);
    courier.pass(0);
    await until('it is delivered', isDone(last));
    await until('nothing is held back', async () => (await courier.queue.status()).held.length === 0);
    const untried = ids.length - tried - 1;
    await until('so are those that were held back', async () => (await counts()).done === untried + 1);
  });

  it('decides about each message by its own responses only', async () => {
    const statuses = [200, 200, 204, 400, 404, 409, 410, 422, 425, 429, 500, 503];
    const scripts = new Map(
      names('random', 60).map((name) => [
        name,
        Array.from({ length: 12 }, () => statuses[Math.floor(Math.random() * statuses.length)]!),
      ]),
    );
    const transient = (status: number) => status >= 500 || [408, 409, 425, 429].includes(status);
    await start(
      (response, request) =>
        respond(scripts.get(nameOf(request))?.[request.number - 1] ?? 200)(response, request),
      // So that no lease expires while the clock is advanced.
      { options: { leaseMs: 1_000 * minute } },
    );
    const ids = await courier.welcome(...scripts.keys());
    await until('each has its end', async () => {
      const { pending, leased } = await counts();
      if (!leased) courier.pass(10 * minute);
      return pending + leased === 0;
    });
    const made = await Promise.all(ids.map((id) => courier.attempts(id)));
    const ends = [...scripts.values()].map((script) => {
      const tries = script.findIndex((status) => !transient(status));
      return (tries < 0 ? [...script, 200] : script.slice(0, tries + 1)).map((status) =>
        status < 300 ? 'delivered' : transient(status) ? 'retry' : 'dead',
      );
    });
    expect(made.map((attempts) => attempts.map(({ outcome }) => outcome))).toEqual(ends);
  });
});
