// Real: the class and the calculation. Fake: no delivery ever runs; the tests only count them.
import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';
import { Clock } from './clock.js';
import { freeSlots, TopicConsumer } from './topic-consumer.js';

const consumers = (slots: number, count: number, isLending = true) =>
  Array.from({ length: count }, (_, index) => {
    const limits = { slots, isLending, timeoutMs: 1_000, exactlyOnce: false, leaseMs: 3_000 };
    const name = { topic: `topic-${index}`, consumer: 'default' };
    return new TopicConsumer(
      name,
      { deliver: async () => {} },
      new CircuitBreaker(new Clock()),
      limits,
      false,
    );
  });
const begin = (consumer: TopicConsumer, count: number) => (consumer.inFlight += count);

describe('freeSlots', () => {
  it('lends the only busy consumer half of the slots of each idle one', () => {
    const all = consumers(5, 4);
    expect(freeSlots(all[0]!, all, 20)).toBe(20 - 3 * 3);
  });

  it('leaves every other consumer at least half of its own slots, however many one has borrowed', () => {
    const all = consumers(5, 4);
    begin(all[0]!, freeSlots(all[0]!, all, 20));
    for (const other of all.slice(1)) {
      expect(freeSlots(other, all, 20)).toBeGreaterThanOrEqual(3);
      begin(other, 3);
    }
    expect(freeSlots(all[0]!, all, 20)).toBe(0);
  });

  it('lets no more deliveries begin than there are slots, even with more consumers than slots', () => {
    const all = consumers(1, 30);
    for (const each of all) begin(each, Math.max(0, freeSlots(each, all, 20)));
    expect(all.reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(20);
  });

  it('is the declared concurrency, which is neither lent nor exceeded', () => {
    const [limited] = consumers(2, 1, false);
    const all = [limited!, ...consumers(10, 2)];
    expect(freeSlots(limited!, all, 20)).toBe(2);
    expect(freeSlots(all[1]!, all, 20)).toBe(15);
    begin(limited!, 2);
    expect(freeSlots(limited!, all, 20)).toBe(0);
    expect(freeSlots(all[1]!, all, 20)).toBe(15);
  });
});

describe('a slot', () => {
  it('is free when its handler has ended, while the result is written', () => {
    const [consumer] = consumers(4, 1, false);
    const deliveries = [1, 1, 1, 1].map((attempts) => consumer!.begin({ attempts }));
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(0);
    for (const { ended } of deliveries.slice(0, 3)) ended();
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(3);
  });

  it('is not free while as many results as there are slots wait to be written', () => {
    const [consumer] = consumers(4, 1, false);
    const deliveries = [1, 1, 1, 1].map((attempts) => consumer!.begin({ attempts }));
    for (const { ended } of deliveries) ended();
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(3);
    for (const { written } of deliveries) written();
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(4);
  });

  it('that is the only one delivers the next message when the result of the last is written', () => {
    const [consumer] = consumers(1, 1, false);
    const { ended, written } = consumer!.begin({ attempts: 1 });
    ended();
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(0);
    written();
    expect(freeSlots(consumer!, [consumer!], 20)).toBe(1);
  });
});
