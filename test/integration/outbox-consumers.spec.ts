/**
 * Topics with several consumers, and messages for later and with keys, on each database.
 * Real: the database, the courier, Nest. Fake: the handlers, which do what each test says, and the clock, which tests
 * advance instead of waiting.
 */
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Delivers, OutboxOperator, OutboxQueue } from '../../src/ddd/outbox/index.js';
import type { Delivery, MessageHandler, Recording } from '../../src/ddd/outbox/index.js';
import { SqlWorker, UnitLimits } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, parcelTopic, PostWorker, TestClock } from '../support/letters.js';
import type { Letter } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const hour = 3_600_000;
/** Deliveries, as "consumer: text". */
const delivered: string[] = [];
const deliveries = new Map<string, Delivery>();
let refused: RegExp | undefined;

class Handler implements MessageHandler<Letter> {
  constructor(private readonly name: string) {}

  async deliver({ text }: Letter, delivery: Delivery): Promise<void> {
    const label = `${this.name}: ${text}`;
    if (refused?.test(label)) throw new TypeError('not now');
    delivered.push(label);
    deliveries.set(label, delivery);
  }
}

@Injectable()
@Delivers(letterTopic)
class Mailing extends Handler {
  constructor() {
    super('mailing');
  }
}

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'audit' })
class Audit extends Handler {
  constructor() {
    super('audit');
  }
}

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'archive', includesEarlier: true })
class Archive extends Handler {
  constructor() {
    super('archive');
  }
}

@Injectable()
@Delivers({ topic: letterTopic, concurrency: 0.5 })
class Halved extends Mailing {}

/** Deliveries of Single in flight, and the most at once. */
const single = { now: 0, max: 0 };

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'single', concurrency: 1 })
class Single extends Handler {
  constructor() {
    super('single');
  }

  override async deliver(letter: Letter, delivery: Delivery): Promise<void> {
    single.max = Math.max(single.max, ++single.now);
    await new Promise(setImmediate);
    await super.deliver(letter, delivery);
    single.now--;
  }
}

/** Forwards each letter as a parcel, which is its effect in the database. */
@Injectable()
@Delivers({ topic: letterTopic, consumer: 'forwarding', exactlyOnce: true })
class Forwarding extends Handler {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super('forwarding');
  }

  override async deliver(letter: Letter, delivery: Delivery): Promise<void> {
    await new PostWorker(this.dataSource, new UnitLimits(60_000, 60_000)).run(({ parcel }) =>
      parcel.record(letter.text),
    );
    await super.deliver(letter, delivery);
  }
}

@Injectable()
@Delivers({ topic: parcelTopic })
class Parcels extends Handler {
  constructor() {
    super('parcel');
  }
}

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'hanging', timeoutMs: 50 })
class Hanging extends Handler {
  constructor() {
    super('hanging');
  }

  override deliver(): Promise<void> {
    return new Promise(() => {});
  }
}

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'two words' })
class Misnamed extends Handler {
  constructor() {
    super('misnamed');
  }
}

describe.each(databaseKinds)('The consumers of a topic on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let courier: RunningCourier | undefined;

  beforeEach(() => {
    delivered.length = 0;
    refused = undefined;
  });
  afterEach(() => stop());

  async function start(...handlers: Parameters<typeof RunningCourier.start>[1]['handlers'] & object) {
    courier = await RunningCourier.start(database, { handlers });
    // It subscribes before it claims, and reports both.
    await until('it has subscribed', async () => (await subscriptions()).length >= handlers.length);
    return courier;
  }
  async function stop() {
    await courier?.stop();
    courier = undefined;
  }
  const subscriptions = (): Promise<unknown[]> =>
    courier!.dataSource.query(`SELECT * FROM outbox_subscription WHERE topic = '${letterTopic}'`);
  const post = () => new PostWorker(courier!.dataSource, new UnitLimits(60_000, 60_000));
  const record = (text: string, options?: Recording) =>
    post().run(({ letter }) => letter.record(text, options));
  const operator = () => new OutboxOperator(courier!.dataSource, courier!.clock);
  const areDelivered = (...expected: string[]) =>
    until(
      `${expected.join(' and ')} are delivered`,
      () => expected.every((each) => delivered.includes(each)),
      10_000,
    );
  const areSettled = (count: number) =>
    until(
      `${count} are settled`,
      async () => (await courier!.queue.status()).messages.done === count,
      10_000,
    );
  const pending = async () => (await operator().list({ limit: 10, state: 'pending' })).length;

  it('each get their own copy, with an id of its own, and fail and are retried by themselves', async () => {
    refused = /^audit/;
    await start(Mailing, Audit);
    const id = await record('hello');
    await areSettled(1);
    expect(deliveries.get('mailing: hello')).toMatchObject({ key: id, messageId: id });
    await until(
      'audit has failed',
      async () => (await operator().list({ limit: 2, state: 'pending' }))[0]?.lastError,
    );
    const [copy] = await operator().list({ limit: 2, topic: letterTopic, consumer: 'audit' });
    expect(copy).toMatchObject({ topic: letterTopic, consumer: 'audit', state: 'pending' });
    expect(await operator().show(id)).toMatchObject({
      consumer: 'default',
      state: 'done',
      copies: [copy!.id],
    });
    expect(await operator().show(copy!.id)).toMatchObject({ attempts: 1, copies: [id] });
    refused = undefined;
    expect(await operator().retry(id)).toBe(false);
    expect(await operator().retry(copy!.id)).toBe(true);
    await areDelivered('audit: hello');
    expect(deliveries.get('audit: hello')).toMatchObject({ key: copy!.id, messageId: id });
    expect(delivered).toHaveLength(2);
  });

  it('are listed together by their topic, and alone by their name', async () => {
    await start(Mailing, Audit);
    await record('hello');
    await areSettled(2);
    const consumers = async (selection: object) =>
      (await operator().list({ limit: 10, ...selection })).map(({ consumer }) => consumer).sort();
    expect(await consumers({ topic: letterTopic })).toEqual(['audit', 'default']);
    expect(await consumers({ consumer: 'default' })).toEqual(['default']);
    expect(await consumers({ consumer: 'audit' })).toEqual(['audit']);
    expect(await consumers({ topic: 'lette' })).toEqual([]);
  });

  it.each([
    [
      'two of one name',
      [Audit, { provide: 'other', useFactory: () => new Audit() }],
      /name "audit", Audit of/,
    ],
    [
      'one with half a slot',
      [Halved],
      /Halved of .*concurrency must be a whole number from 1 to 3600000, not 0.5/,
    ],
    ['one whose name has a blank', [Misnamed], /Misnamed of .*"two words" must consist of letters/],
  ] as const)('prevent the start: %s', async (_what, handlers, message) => {
    await expect(RunningCourier.start(database, { handlers })).rejects.toThrow(message);
  });

  it('that are added later start with what comes, or with what is undelivered when they ask for it', async () => {
    refused = /kept/;
    await start(Mailing);
    await record('done');
    await record('kept');
    await areDelivered('mailing: done');
    await stop();
    await start(Mailing, Audit, Archive);
    refused = undefined;
    await record('new');
    await areDelivered('audit: new', 'archive: new', 'archive: kept');
    await until('every copy is delivered or waits for its retry', async () => (await pending()) <= 1);
    expect(delivered.filter((each) => /^(audit|archive)/.test(each)).sort()).toEqual([
      'archive: kept',
      'archive: new',
      'audit: new',
    ]);
  });

  it('get their copies while their program is stopped, until an operator ends them', async () => {
    await start(Mailing, Audit);
    await stop();
    await start(Mailing);
    await record('for both');
    await areDelivered('mailing: for both');
    expect(await pending()).toBe(1);
    const audit = { topic: letterTopic, consumer: 'audit' };
    courier!.clock.pass(hour);
    expect(await operator().unsubscribe(audit)).toBe(1);
    await record('for one');
    await areDelivered('mailing: for one');
    expect(await pending()).toBe(0);
  });

  it('cannot be ended while a program has them', async () => {
    await start(Mailing, Audit);
    await until(
      'it has reported',
      async () => (await courier!.dataSource.query('SELECT * FROM outbox_consumer')).length,
    );
    expect(await operator().unsubscribe({ topic: letterTopic, consumer: 'audit' })).toBeUndefined();
  });

  it('have a time limit and a concurrency of their own, and delay no other', async () => {
    await start(Mailing, Hanging, Single);
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    await post().run(async ({ letter }) => {
      for (const number of numbers) await letter.record(number);
    });
    await areDelivered(...numbers.flatMap((number) => [`mailing: ${number}`, `single: ${number}`]));
    expect(single.max).toBe(1);
    await until('the hanging one is cut', async () =>
      (await operator().list({ limit: 20, consumer: 'hanging' })).some(
        ({ lastError }) => lastError === 'timed out after 50 ms',
      ),
    );
  });

  it('have their effect in the database once when they ask for it, after a failure and when a delivery is repeated', async () => {
    refused = /^forwarding/;
    courier = await RunningCourier.start(database, { handlers: [Mailing, Forwarding, Parcels] });
    await record('hello');
    const forwarding = async () => (await operator().list({ limit: 1, consumer: 'forwarding' }))[0];
    await until('it has failed', async () => (await forwarding())?.lastError);
    refused = undefined;
    const { id } = (await forwarding())!;
    await operator().retry(id);
    await areDelivered('forwarding: hello', 'parcel: hello');
    await areSettled(3);
    const before = delivered.length;
    await courier.dataSource.query(
      `UPDATE outbox_message SET state = 'pending', payload = '{"text":"hello"}' WHERE id = '${id}'`,
    );
    courier.pass(0);
    await until('it is delivered again', async () => (await courier!.attempts(id)).length >= 3);
    await areSettled(3);
    expect(delivered).toHaveLength(before);
  });

  it('get a message at the time that it was recorded for, and its age counts from then', async () => {
    await start(Mailing, Audit);
    const before = courier!.clock.now();
    const dueAt = new Date(before + hour);
    await record('later', { at: dueAt });
    await record('past', { at: new Date(before - hour) });
    await areDelivered('mailing: past', 'audit: past');
    await areSettled(2);
    expect(await courier!.queue.status()).toMatchObject({
      messages: { pending: 2 },
      scheduled: 2,
      oldestUndelivered: null,
    });
    courier!.pass(hour + 1_000);
    await areDelivered('mailing: later', 'audit: later');
    expect(delivered).toHaveLength(4);
    for (const label of ['mailing: later', 'audit: later'])
      expect(deliveries.get(label)?.dueAt).toEqual(dueAt);
  });

  it('get a message that no signal told of, while another one waits for its time', async () => {
    await start(Mailing);
    const nextDue = jest.spyOn(courier!.queue, 'nextDue');
    await record('later', { afterMs: hour });
    await until('the courier knows when the next one is due', async () =>
      (await Promise.all(nextDue.mock.results.map(({ value }) => value as Promise<number | null>))).some(
        Boolean,
      ),
    );
    // By a connection that no courier listens to, and that announces nothing.
    const elsewhere = await database.connect(outboxEntities);
    await new PostWorker(elsewhere).run(({ letter }) => letter.record('now'));
    await areDelivered('mailing: now');
  });

  it('get a message of a partition key although an earlier one of the key waits for its time', async () => {
    await start(Mailing);
    await record('later', { partitionKey: 'one', afterMs: hour });
    await record('now', { partitionKey: 'one' });
    await areDelivered('mailing: now');
  });

  it('get a message at its time although the clock is set back meanwhile', async () => {
    const dataSource = await database.connect(outboxEntities);
    const queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), new TestClock());
    const worker = new PostWorker(dataSource, new UnitLimits(60_000, 60_000));
    const at = Date.now() + 3 * hour;
    await worker.run(({ letter }) => letter.record('later', { at }));
    const clock = new TestClock();
    clock.shift = -hour;
    await new OutboxQueue(dataSource, new SqlWorker(dataSource), clock).restartWaits(60_000);
    expect(await queue.nextDue(letterTopic, 0)).toBe(at);
  });

  it('refuse to get a message for a time or with a key that is none', async () => {
    courier = await RunningCourier.start(database, { handlers: [Mailing] });
    for (const [options, message] of [
      [{ at: Number.NaN }, /at must be a valid Date/],
      [{ afterMs: -1 }, /afterMs must be a number of milliseconds from 0, not -1/],
      [{ afterMs: Infinity }, /afterMs leads past the last moment of a Date/],
      [{ at: 1, afterMs: 1 }, /at and afterMs were both given/],
      [{ key: '' }, /must have 1 to 200 characters, not 0/],
      [{ key: 'k'.repeat(201) }, /must have 1 to 200 characters, not 201/],
    ] as const)
      await expect(record('wrong', options)).rejects.toThrow(message);
  });

  it('get one message for a key, however often and from wherever it is recorded at once', async () => {
    await start(Mailing, Audit);
    const ids = await Promise.all([1, 2, 3, 4].map((n) => record(`reminder ${n}`, { key: 'order 7' })));
    expect(new Set(ids).size).toBe(1);
    await until('both copies are delivered', () => delivered.length === 2);
    expect(await record('again', { key: 'order 7' })).toBe(ids[0]);
    expect(await record('other', { key: 'order 8' })).not.toBe(ids[0]);
    await areDelivered('mailing: other', 'audit: other');
    expect(delivered).toHaveLength(4);
  });

  it('get no message that is cancelled by its key while it waits, and the key can be used again', async () => {
    await start(Mailing, Audit);
    const cancel = (key: string) => post().run(({ letter }) => letter.cancel(key));
    await record('first', { key: 'order 7', afterMs: hour });
    expect(await cancel('order 7')).toBe(true);
    expect(await cancel('order 7')).toBe(false);
    await record('second', { key: 'order 7', afterMs: 2 * hour });
    courier!.pass(2 * hour + 1_000);
    await areDelivered('mailing: second', 'audit: second');
    await areSettled(2);
    expect(await cancel('order 7')).toBe(false);
    expect(delivered).toHaveLength(2);
  });

  it('free a key when the last copy of its message is purged', async () => {
    await start(Mailing, Audit);
    const id = await record('first', { key: 'order 7' });
    await areSettled(2);
    courier!.clock.shift += hour;
    expect(await courier!.queue.purge(hour / 2)).toBe(2);
    for (const table of ['outbox_key', 'outbox_copy'])
      expect(await courier!.dataSource.query(`SELECT * FROM ${table}`)).toEqual([]);
    expect(await record('second', { key: 'order 7' })).not.toBe(id);
  });
});
