/**
 * What the queue of recorded messages promises to couriers, on each database.
 * Real: the databases, the units of work, the queue. Fake: the clock, which the tests set.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { OutboxAttempt, OutboxMessage, OutboxQueue } from '../../src/ddd/outbox/index.js';
import type { LeasedMessage, Result } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, parcelTopic, PostWorker, TestClock } from '../support/letters.js';
import { statementsOf } from '../support/plan.js';
import { useDatabase } from '../support/use-database.js';

const lease = 30_000;
const day = 24 * 60 * 60 * 1_000;

describe.each(databaseKinds)('OutboxQueue on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let dataSource: DataSource;
  let clock: TestClock;
  let post: PostWorker;
  let queue: OutboxQueue;
  let other: OutboxQueue;

  beforeEach(async () => {
    dataSource = database.dataSource;
    // Later than everything that a test records, so that it is due.
    clock = new TestClock(Date.now() + 60_000);
    post = new PostWorker(dataSource);
    queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), clock);
    const second = await database.connect(outboxEntities);
    other = new OutboxQueue(second, new SqlWorker(second), clock);
  });

  const record = (text: string, key?: string) => post.run(({ letter }) => letter.record(text, key));
  const claim = (limit = 10, from = queue) => from.claim(letterTopic, limit, lease);
  const ids = (messages: readonly LeasedMessage[]) => messages.map(({ id }) => id);
  const find = (id: string) => dataSource.manager.findOneByOrFail(OutboxMessage, { id });
  const attempts = (messageId: string) =>
    dataSource.manager.find(OutboxAttempt, { where: { messageId }, order: { number: 'ASC' } });
  const result = (outcome: Result['outcome'], more: Partial<Result> = {}): Result => ({
    outcome,
    startedAt: clock.now(),
    duration: 12.4,
    ...more,
  });

  it('claim leases messages in the order of recording, up to the limit', async () => {
    const [first, second, third] = [await record('1'), await record('2'), await record('3')];
    const claimed = await claim(2);
    expect(ids(claimed)).toEqual([first, second]);
    expect(claimed[0]).toMatchObject({
      queue: letterTopic,
      payload: '{"text":"1"}',
      attempts: 1,
      leaseToken: 1,
    });
    expect(ids(await claim())).toEqual([third]);
    expect(await claim()).toEqual([]);
  });

  it('claim leases messages of its topic only', async () => {
    await post.run(({ parcel }) => parcel.record('heavy'));
    expect(await claim()).toEqual([]);
    expect(await queue.claim(parcelTopic, 10, lease)).toHaveLength(1);
  });

  it('settle writes deliveries that end together, each under its own lease', async () => {
    for (const text of ['1', '2', '3']) await record(text);
    const [first, second, third] = await claim();
    await queue.settle(second!, result('lost', { delayMs: 0 }));
    const [again] = await claim(10, other);
    expect(again).toMatchObject({ id: second!.id, leaseToken: 2 });
    const delivered = result('delivered');
    expect(
      await Promise.all([first!, second!, third!].map((lease) => queue.settle(lease, delivered))),
    ).toEqual([true, false, true]);
    expect((await find(second!.id)).state).toBe('leased');
    for (const { id } of [first!, third!]) {
      expect(await find(id)).toMatchObject({ state: 'done', payload: null, leaseOwner: null });
      expect(await attempts(id)).toMatchObject([{ number: 1, outcome: 'delivered', duration: 12 }]);
    }
  });

  it('settle writes failures in one transaction with the deliveries that end with them', async () => {
    for (const text of ['1', '2', '3', '4']) await record(text);
    const [first, second, third, fourth] = await claim();
    const commits = (
      await statementsOf(dataSource, () =>
        Promise.all([
          queue.settle(first!, result('retry', { delayMs: 1_000, error: 'one' })),
          queue.settle(second!, result('delivered')),
          queue.settle(third!, result('dead', { error: 'three' })),
          queue.settle(fourth!, result('retry', { delayMs: 2_000, error: 'four' })),
        ]),
      )
    ).filter((sql) => sql === 'COMMIT');
    expect(commits).toHaveLength(1);
    expect(await find(first!.id)).toMatchObject({
      state: 'pending',
      availableAt: clock.now() + 1_000,
      lastError: 'one',
    });
    expect(await find(second!.id)).toMatchObject({ state: 'done', payload: null, lastError: null });
    expect(await find(third!.id)).toMatchObject({ state: 'dead', doneAt: null, lastError: 'three' });
    expect(await find(fourth!.id)).toMatchObject({ state: 'pending', availableAt: clock.now() + 2_000 });
    for (const { id } of [first!, second!, third!, fourth!]) expect(await attempts(id)).toHaveLength(1);
  });

  it('settle writes the other deliveries when one of them cannot be written', async () => {
    for (const text of ['1', '2', '3']) await record(text);
    const [first, second, third] = await claim();
    const { id } = second!;
    await dataSource.manager.insert(OutboxAttempt, {
      messageId: id,
      number: 1,
      startedAt: 0,
      duration: 0,
      outcome: 'retry',
    });
    const settled = await Promise.allSettled(
      [first!, second!, third!].map((lease) => queue.settle(lease, result('delivered'))),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await find(id)).state).toBe('leased');
    expect((await find(third!.id)).state).toBe('done');
  });

  it('claim never leases the same message to two processes, even concurrently', async () => {
    for (let number = 0; number < 40; number++) await record(String(number));
    const claimed = await Promise.all([claim(15), claim(15, other), claim(15), claim(15, other)]);
    const all = ids(claimed.flat());
    expect(new Set(all).size).toBe(all.length);
    const rest = await claim(40);
    expect(all.length + rest.length).toBe(40);
  });

  it('claim leases only the oldest message of a partition key, and the next once that one is settled', async () => {
    const [first, , second] = [await record('1', 'a'), await record('2', 'a'), await record('1', 'b')];
    const claimed = await claim();
    expect(ids(claimed)).toEqual([first, second]);
    expect(await claim()).toEqual([]);
    await queue.settle(claimed[0]!, result('delivered'));
    expect(await claim()).toHaveLength(1);
  });

  it('a message that waits for a retry delays only its own partition key', async () => {
    const [first] = [await record('1', 'a'), await record('2', 'a'), await record('1')];
    const [held] = await claim(1);
    await queue.settle(held!, result('retry', { delayMs: 60_000 }));
    expect((await claim()).map(({ payload }) => payload)).toEqual(['{"text":"1"}']);
    clock.pass(60_000);
    expect(ids(await claim())).toEqual([first]);
  });

  it('a dead message lets the next of its partition key pass', async () => {
    await record('1', 'a');
    const second = await record('2', 'a');
    const [first] = await claim();
    await queue.settle(first!, result('dead', { error: 'no' }));
    expect(ids(await claim())).toEqual([second]);
  });

  it('settle writes a delivery, drops the payload and records the attempt', async () => {
    const id = await record('1');
    const [claimed] = await claim();
    expect(await queue.settle(claimed!, result('delivered', { status: 200 }))).toBe(true);
    expect(await find(id)).toMatchObject({
      state: 'done',
      payload: null,
      leaseOwner: null,
      doneAt: clock.now(),
    });
    expect(await attempts(id)).toEqual([
      {
        messageId: id,
        number: 1,
        startedAt: expect.any(Number),
        duration: 12,
        outcome: 'delivered',
        status: 200,
        error: null,
      },
    ]);
  });

  it('settle delays a message that is retried, and keeps the payload of a dead one', async () => {
    const id = await record('1');
    const [first] = await claim();
    await queue.settle(first!, result('retry', { delayMs: 1_000, status: 503, error: 'it answered 503' }));
    expect(await claim()).toEqual([]);
    expect(await queue.nextDue(letterTopic, clock.now())).toBe((await find(id)).availableAt);
    clock.pass(1_000);
    const [second] = await claim();
    expect(second).toMatchObject({ attempts: 2, leaseToken: 2 });
    await queue.settle(second!, result('dead', { status: 400, error: 'it answered 400' }));
    expect(await find(id)).toMatchObject({
      state: 'dead',
      payload: '{"text":"1"}',
      lastError: 'it answered 400',
    });
    expect((await attempts(id)).map(({ outcome, status }) => [outcome, status])).toEqual([
      ['retry', 503],
      ['dead', 400],
    ]);
  });

  it('an expired lease is found, settled as lost, and its message then claimed again', async () => {
    const id = await record('1');
    await claim();
    expect(await other.expired(new Set())).toEqual([]);
    clock.pass(lease);
    const [expired] = await other.expired(new Set());
    expect(expired).toMatchObject({ id, attempts: 1, lost: 0, leasedAt: clock.now() - lease });
    expect(await other.settle(expired!, result('lost', { delayMs: 0 }))).toBe(true);
    expect(ids(await claim(1, other))).toEqual([id]);
    clock.pass(lease);
    expect(await other.expired(new Set())).toMatchObject([{ attempts: 2, lost: 1 }]);
    expect((await attempts(id)).map(({ number, outcome }) => [number, outcome])).toEqual([[1, 'lost']]);
  });

  it('expired excludes the messages that this process is delivering', async () => {
    const id = await record('1');
    await claim();
    clock.pass(lease);
    expect(await queue.expired(new Set([id]))).toEqual([]);
  });

  it('settle drops a result that comes after the lease was lost, and does not affect the newer lease', async () => {
    const id = await record('1');
    const [late] = await claim();
    clock.pass(lease);
    const [expired] = await other.expired(new Set());
    await other.settle(expired!, result('lost', { delayMs: 0 }));
    expect(await queue.settle(late!, result('dead', { error: 'late' }))).toBe(false);
    const [again] = await claim(1, other);
    expect(await queue.settle(late!, result('dead', { error: 'late' }))).toBe(false);
    expect(await other.settle(again!, result('delivered'))).toBe(true);
    expect(await queue.settle(late!, result('retry', { delayMs: 0 }))).toBe(false);
    expect(await find(id)).toMatchObject({ state: 'done' });
    expect((await attempts(id)).map(({ outcome }) => outcome)).toEqual(['lost', 'delivered']);
  });

  it('only one of two concurrent calls settles the same lost lease', async () => {
    await record('1');
    await claim();
    clock.pass(lease);
    const [expired] = await other.expired(new Set());
    const settled = await Promise.all([
      queue.settle(expired!, result('lost', { delayMs: 0 })),
      other.settle(expired!, result('lost', { delayMs: 0 })),
    ]);
    expect(settled.sort()).toEqual([false, true]);
  });

  it('a message that was never committed is never claimed', async () => {
    const run = post.run(async ({ letter }) => {
      await letter.record('undone');
      throw new Error('rule');
    });
    await expect(run).rejects.toThrow('rule');
    expect(await claim()).toEqual([]);
  });

  it('restartWaits shortens delays when the clock was set back an hour', async () => {
    const [leased, waiting] = [await record('leased'), await record('waiting')];
    const [, second] = await claim();
    await queue.settle(second!, result('retry', { delayMs: 60_000 }));
    const fresh = await record('fresh');
    clock.shift -= 3_600_000;
    expect(await claim()).toEqual([]);
    await queue.restartWaits(lease);
    expect(ids(await claim())).toEqual([fresh]);
    expect(await find(waiting)).toMatchObject({ availableAt: clock.now() + 60_000, changedAt: clock.now() });
    expect(await find(leased)).toMatchObject({ state: 'leased', leaseUntil: clock.now() + lease });
    clock.pass(lease);
    expect(await queue.expired(new Set())).toMatchObject([{ id: leased }, { id: fresh }]);
  });

  it('restartWaits does not change delays by a correct clock', async () => {
    const id = await record('1');
    const [claimed] = await claim();
    await queue.settle(claimed!, result('retry', { delayMs: day }));
    const { availableAt } = await find(id);
    await queue.restartWaits(lease);
    expect(await find(id)).toMatchObject({ availableAt });
  });

  it('status counts the messages of each state, and returns since when the oldest waits', async () => {
    const none = { pending: 0, leased: 0, done: 0, dead: 0, discarded: 0 };
    const nothing = { held: [], unhandled: [], scheduled: 0 };
    expect(await queue.status()).toEqual({ messages: none, oldestUndelivered: null, ...nothing });
    for (let number = 1; number <= 4; number++) await record(String(number));
    const [first, second, third] = await claim(3);
    await queue.settle(first!, result('delivered'));
    await queue.settle(second!, result('dead', { error: 'no' }));
    const { createdAt } = await find(third!.id);
    expect(await queue.status()).toEqual({
      messages: { ...none, pending: 1, leased: 1, done: 1, dead: 1 },
      oldestUndelivered: createdAt,
      ...nothing,
    });
  });

  it('purge deletes what was delivered long ago, with its attempts; dead messages stay forever', async () => {
    const [old, dead] = [await record('1'), await record('2')];
    const [first, second] = await claim();
    await queue.settle(first!, result('delivered'));
    await queue.settle(second!, result('dead', { error: 'no' }));
    expect(await queue.purge(day)).toBe(0);
    clock.pass(day + 1);
    const recent = await record('3');
    const [third] = await claim();
    await queue.settle(third!, result('delivered'));
    expect(await queue.purge(day)).toBe(1);
    expect(await attempts(old)).toEqual([]);
    expect((await dataSource.manager.find(OutboxMessage)).map(({ id }) => id).sort()).toEqual(
      [dead, recent].sort(),
    );
    expect(await attempts(dead)).toHaveLength(1);
  });
});
