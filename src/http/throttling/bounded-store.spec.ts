// Real: the store. Fake: the clock.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BoundedStore } from './bounded-store.js';

describe('BoundedStore', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('counts each client separately, from its first request to the end of its window', () => {
    const store = new BoundedStore(1_000, 10);

    expect(store.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(1_000) });
    jest.setSystemTime(600);
    expect(store.increment('a')).toEqual({ totalHits: 2, resetTime: new Date(1_000) });
    expect(store.increment('b')).toEqual({ totalHits: 1, resetTime: new Date(1_600) });
    jest.setSystemTime(1_000);
    expect(store.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(2_000) });
    expect(store.increment('b')).toMatchObject({ totalHits: 2 });
  });

  it('never keeps more clients than its limit: the one counted first is evicted', () => {
    const store = new BoundedStore(1_000, 3);
    for (const client of ['a', 'b', 'c', 'a', 'd']) store.increment(client);

    expect(store.size).toBe(3);
    expect(store.increment('b').totalHits).toBe(2);
    expect(store.increment('a').totalHits).toBe(1);
    for (let client = 0; client < 10_000; client++) store.increment(`address ${client}`);
    expect(store.size).toBe(3);
  });

  it('drops clients whose window is over', () => {
    const store = new BoundedStore(1_000, 10);
    for (const client of ['a', 'b', 'c']) store.increment(client);
    jest.setSystemTime(1_000);
    store.increment('d');

    expect(store.size).toBe(1);
  });

  it('decrements and resets the count of a client', () => {
    const store = new BoundedStore(1_000, 10);
    store.increment('a');
    store.decrement('a');
    store.decrement('stranger');
    expect(store.increment('a').totalHits).toBe(1);
    store.resetKey('a');
    expect(store.size).toBe(0);
  });
});
