/**
 * Messages whose courier dies, stalls or stops, whose handler misbehaves, or whose clock jumps, on each
 * database. Real: the database, the couriers, HTTP. Fake: the service, the clocks, and where noted the queue's timing.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Delivers, OutboxMessage, OutboxQueue } from '../../src/ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../src/ddd/outbox/index.js';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { NotificationWorker } from '../../src/modules/notification/index.js';
import { RunningCourier } from '../support/courier.js';
import type { CourierStart } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, PostWorker, TestClock } from '../support/letters.js';
import type { Letter } from '../support/letters.js';
import { MovedClock } from '../support/moved-clock.js';
import { respond, hang, FakeService } from '../../testing/fake-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const welcomeTopic = 'notification.welcome';
const lease = 15_000;
const hour = 3_600_000;

/** Executes the instruction in the text of a letter. */
@Injectable()
@Delivers(letterTopic)
class LetterHandler implements MessageHandler<Letter> {
  async deliver({ text }: Letter, _: Delivery): Promise<void> {
    if (text === 'ignore the signal') await new Promise(() => undefined);
    if (text.startsWith('throw')) throw new TypeError(`cannot deliver ${text}`);
  }
}

describe.each(databaseKinds)('Courier on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let dataSource: DataSource;
  let service: FakeService;
  let couriers: RunningCourier[];

  beforeEach(async () => {
    dataSource = database.dataSource;
    service = await FakeService.start();
    couriers = [];
  });
  afterEach(async () => {
    for (const courier of couriers) await courier.stop();
    await service.stop();
  });

  const start = async (more: CourierStart = {}) => {
    const courier = await RunningCourier.start(database, { url: service.url, ...more });
    couriers.push(courier);
    return courier;
  };
  const stop = async (courier: RunningCourier) => {
    couriers.splice(couriers.indexOf(courier), 1);
    await courier.stop();
  };
  /** Records a welcome message while no courier of this process listens. */
  const record = () =>
    new NotificationWorker(dataSource).run(({ welcome }) =>
      welcome.record({ email: 'john@example.com', name: 'john' }),
    );
  const message = (id: string) => dataSource.manager.findOneByOrFail(OutboxMessage, { id });
  const becomes = (id: string, state: string) =>
    until(`${id} is ${state}`, async () => (await message(id)).state === state);
  const outcomes = async (courier: RunningCourier, id: string) =>
    (await courier.attempts(id)).map(({ outcome }) => outcome);

  it('reclaims the messages of a crashed courier, records the attempts as lost, and reports them', async () => {
    const reported: unknown[] = [];
    const listener = (report: unknown) => reported.push(report);
    subscribe('outbox.attempt', listener);
    const id = await record();
    const clock = new TestClock();
    const crashed = new OutboxQueue(dataSource, new SqlWorker(dataSource), clock);
    await until('it is claimed', async () => (await crashed.claim(welcomeTopic, 1, lease)).length);
    const courier = await start({ clock });
    courier.pass(lease);
    await becomes(id, 'done');
    expect(await courier.attempts(id)).toMatchObject([
      { number: 1, outcome: 'lost', error: 'the process reported nothing before its lease expired' },
      { number: 2, outcome: 'delivered' },
    ]);
    await until('both are told', () => reported.length === 2);
    unsubscribe('outbox.attempt', listener);
    expect(reported).toEqual([
      { topic: welcomeTopic, consumer: 'default', outcome: 'lost', duration: expect.any(Number) },
      { topic: welcomeTopic, consumer: 'default', outcome: 'delivered', duration: expect.any(Number) },
    ]);
  });

  it('gives up a message that repeatedly crashes its process', async () => {
    const id = await new PostWorker(dataSource).run(({ letter }) => letter.record('deadly'));
    const courier = await start();
    const crashing = new OutboxQueue(dataSource, new SqlWorker(dataSource), courier.clock);
    for (let life = 1; (await message(id)).state !== 'dead'; life++) {
      expect(life).toBeLessThanOrEqual(20);
      courier.pass(hour);
      await until('it is claimed', async () => (await crashing.claim(letterTopic, 1, lease)).length);
      courier.pass(lease);
      await until('its lease is taken back', async () => (await message(id)).state !== 'leased');
    }
    expect(await outcomes(courier, id)).toEqual(Array.from({ length: 20 }, () => 'lost'));
    expect((await message(id)).payload).toContain('deadly');
    expect(courier.log.join('\n')).toContain('is given up: it was lost 20 times');
  });

  it('drops the result of a courier that stalled until its lease was lost', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    class StalledQueue extends OutboxQueue {
      /** One message, once: a courier that stalls does not compete for what it has lost. */
      override async claim(...args: Parameters<OutboxQueue['claim']>) {
        return service.received.length ? [] : super.claim(...args);
      }

      override async settle(...args: Parameters<OutboxQueue['settle']>): Promise<boolean> {
        await released;
        return super.settle(...args);
      }
    }
    const stalled = await start({ queue: StalledQueue });
    const id = await record();
    await until('it is sent', () => service.received.length === 1);
    stalled.pass(lease);
    expect((await message(id)).state).toBe('leased');
    // Ahead from its start: a clock that jumps between a claim and its send would leave the message for another lease.
    const later = new TestClock();
    later.pass(lease);
    const other = await start({ clock: later });
    await becomes(id, 'done');
    const reported: { outcome: string }[] = [];
    const listener = (report: unknown) => reported.push(report as { outcome: string });
    subscribe('outbox.attempt', listener);
    release();
    await until('the late result is told', () => reported.length);
    unsubscribe('outbox.attempt', listener);
    expect(reported).toMatchObject([{ outcome: 'late' }]);
    expect(await outcomes(other, id)).toEqual(['lost', 'delivered']);
    expect(service.received.map(({ key }) => key)).toEqual([id, id]);
    expect([...stalled.log, ...other.log].join('\n')).toContain('its result is dropped');
  });

  it('does not send a claimed message when it was suspended until the lease had nearly expired', async () => {
    class StandingQueue extends OutboxQueue {
      static clock = new TestClock();

      override async claim(...args: Parameters<OutboxQueue['claim']>) {
        const claimed = await super.claim(...args);
        if (claimed.some(({ attempts }) => attempts === 1)) StandingQueue.clock.pass(lease - 1_000);
        return claimed;
      }
    }
    const courier = await start({ queue: StandingQueue, clock: StandingQueue.clock });
    const id = await record();
    await until('it is left', () => courier.log.some((line) => line.includes('is left to its lease')));
    expect(service.received).toEqual([]);
    courier.pass(2_000);
    await becomes(id, 'done');
    expect(await outcomes(courier, id)).toEqual(['lost', 'delivered']);
  });

  it('retries to write a result when the database was unavailable, and does not send again', async () => {
    let failures = 2;
    class FailingQueue extends OutboxQueue {
      override async settle(...args: Parameters<OutboxQueue['settle']>): Promise<boolean> {
        if (failures-- > 0) throw new UnavailableError('database');
        return super.settle(...args);
      }
    }
    const courier = await start({ queue: FailingQueue });
    const [id = ''] = await courier.welcome('john');
    await becomes(id, 'done');
    expect(service.received).toHaveLength(1);
    expect(await outcomes(courier, id)).toEqual(['delivered']);
  });

  it('continues to claim after the database was unavailable', async () => {
    let failures = 2;
    class AwayQueue extends OutboxQueue {
      override async claim(...args: Parameters<OutboxQueue['claim']>) {
        if (failures-- > 0) throw new UnavailableError('database');
        return super.claim(...args);
      }
    }
    const courier = await start({ queue: AwayQueue });
    const [id = ''] = await courier.welcome('john');
    await becomes(id, 'done');
    expect(courier.log.filter((line) => line.includes('cannot be claimed'))).toHaveLength(1);
  });

  it('frees the slot of a handler that ignores its signal, and does not delay other topics', async () => {
    const options = { concurrency: 2, sendTimeoutMs: 200, leaseMs: lease } satisfies CourierStart['options'];
    const courier = await start({ handlers: [LetterHandler], options });
    const post = new PostWorker(dataSource);
    const [first, second] = await post.run(async ({ letter }) => [
      await letter.record('ignore the signal'),
      await letter.record('fine'),
    ]);
    const [welcome = ''] = await courier.welcome('john');
    await becomes(welcome, 'done');
    await becomes(second, 'done');
    expect((await courier.attempts(first))[0]).toMatchObject({
      outcome: 'retry',
      error: 'timed out after 200 ms',
    });
  });

  it('reports nothing personal about a handler that throws', async () => {
    const courier = await start({ handlers: [LetterHandler] });
    const id = await new PostWorker(dataSource).run(({ letter }) => letter.record('throw john@example.com'));
    await until('it was tried', async () => (await courier.attempts(id)).length);
    expect(await courier.attempts(id)).toMatchObject([
      { outcome: 'retry', error: 'the handler threw TypeError' },
    ]);
    const log = courier.log.join('\n');
    expect(log).toContain('LetterHandler.deliver');
    expect(log).not.toContain('john');
  });

  it('gives up a message whose payload cannot be read', async () => {
    const courier = await start();
    const [template = ''] = await courier.welcome('john');
    await becomes(template, 'done');
    const { seq: _, ...row } = await message(template);
    const broken = { ...row, id: 'broken', payload: '{"email":', state: 'pending' as const };
    await dataSource.manager.insert(OutboxMessage, broken);
    await becomes('broken', 'dead');
    expect(await courier.attempts('broken')).toMatchObject([{ error: 'its payload is not a JSON object' }]);
  });

  it('returns messages that a stop aborts, due at once', async () => {
    service.behaviour = hang;
    const stopping = await start({ options: { shutdownGraceMs: 50 } });
    const [id = ''] = await stopping.welcome('john');
    await until('it is in flight', () => service.inFlight === 1);
    await stop(stopping);
    expect(await message(id)).toMatchObject({ state: 'pending', leaseOwner: null });
    service.behaviour = respond(200);
    const courier = await start();
    await becomes(id, 'done');
    expect(await courier.attempts(id)).toMatchObject([
      { outcome: 'retry', error: 'cut off by a shutdown' },
      { outcome: 'delivered' },
    ]);
  });

  it('delays nothing by an hour when the clock is set back an hour while it runs', async () => {
    service.behaviour = respond(503);
    // That of the machine, by which messages are recorded as well.
    const clock = new MovedClock();
    try {
      const courier = await start();
      const [waiting = ''] = await courier.welcome('john');
      await until('it was tried', async () => (await courier.attempts(waiting)).length);
      service.behaviour = respond(200);
      clock.move(-hour);
      const [fresh = ''] = await courier.welcome('jane');
      await becomes(fresh, 'done');
      courier.pass(1_000);
      await becomes(waiting, 'done');
      expect(service.received).toHaveLength(3);
    } finally {
      clock.restore();
    }
  });

  it('delays nothing by an hour when the clock was set back an hour before the start', async () => {
    const id = await record();
    const clock = new TestClock();
    clock.shift = -hour;
    await start({ clock });
    await becomes(id, 'done');
  });

  it('keeps its deliveries in flight when the clock is set forward an hour', async () => {
    service.behaviour = hang;
    const courier = await start();
    const [id = ''] = await courier.welcome('john');
    await until('it is in flight', () => service.inFlight === 1);
    courier.pass(hour);
    const [other = ''] = await courier.welcome('jane');
    await until('the other is in flight', () => service.inFlight === 2);
    expect(await message(id)).toMatchObject({ state: 'leased', leaseToken: 1 });
    service.behaviour = respond(200);
    courier.pass(0);
    await until('both were cut', async () => (await courier.attempts(other)).length);
    courier.pass(hour);
    await becomes(id, 'done');
    await becomes(other, 'done');
    expect(service.concurrentDuplicates).toEqual([]);
    expect(await outcomes(courier, id)).toEqual(['retry', 'delivered']);
  });
});
