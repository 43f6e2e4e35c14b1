// Real: the store that fails over, and the one in memory. Fake: the database, which can take no writes.
import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../repository/index.js';
import { AttemptLimit } from './attempt-limit.js';
import type { Count } from './count.js';
import { FailoverCountStore } from './failover-count-store.js';
import { LimitReachedError } from './limit.errors.js';
import { MemoryCountStore } from './memory-count-store.js';

class FailingStore extends MemoryCountStore {
  writes = 0;
  /** What the database has, for any key. */
  stored: Count | null = null;

  override async read(): Promise<Count | null> {
    return this.stored;
  }

  override replace(): Promise<boolean> {
    this.writes++;
    return Promise.reject(
      new UnavailableError('limit_count', {
        cause: Object.assign(new Error('Full'), { code: 'SQLITE_FULL' }),
      }),
    );
  }
}

class BrokenStore extends MemoryCountStore {
  override read(): Promise<null> {
    return Promise.reject(new TypeError('Broken'));
  }
}

describe('FailoverCountStore', () => {
  it('limits attempts in memory while the database takes no writes, and does not wait for it each time', async () => {
    const store = new FailingStore();
    const limit = new AttemptLimit(new FailoverCountStore(store), {
      name: 'guesses',
      freeFailures: 5,
      firstWaitMs: 1_000,
      maxWaitMs: 900_000,
      maxFailures: 100,
      maxWaiting: 10,
    });
    const fail = () =>
      limit.run(
        'ada',
        () => Promise.reject(new RangeError('Wrong')),
        () => true,
      );
    for (let nth = 0; nth < 5; nth++) await expect(fail()).rejects.toThrow(RangeError);

    await expect(fail()).rejects.toThrow(LimitReachedError);
    expect(store.writes).toBe(1);
  });

  it('keeps the waits and locks of the database while that takes no writes', async () => {
    const store = new FailingStore();
    const failing = new FailoverCountStore(store);
    const limit = new AttemptLimit(failing, {
      name: 'guesses',
      freeFailures: 5,
      firstWaitMs: 1_000,
      maxWaitMs: 900_000,
      maxFailures: 100,
      maxWaiting: 10,
    });
    store.stored = { count: 100, pending: 0, since: Date.now(), expiresAt: null };

    for (const key of ['ada', 'john'])
      await expect(
        limit.run(
          key,
          () => Promise.resolve('in'),
          () => true,
        ),
      ).rejects.toThrow(LimitReachedError);
  });

  it('passes on every other error', async () => {
    const decided = new FailoverCountStore(new BrokenStore()).decide('guesses', 'ada', () => {
      throw new RangeError('Not asked');
    });
    await expect(decided).rejects.toThrow(TypeError);
  });
});
