// Real: the limit, its queue and the store in memory. Fake: what is attempted.
import { describe, expect, it } from '@jest/globals';
import { AttemptLimit } from './attempt-limit.js';
import type { AttemptLimitOptions } from './attempt-limit.js';
import type { Count } from './count.js';
import { MemoryCountStore } from './memory-count-store.js';

const options: AttemptLimitOptions = {
  name: 'guesses',
  freeFailures: 5,
  firstWaitMs: 1_000,
  maxWaitMs: 900_000,
  maxFailures: 100,
  maxWaiting: 1_000,
};

class WrongError extends Error {}
const isFailure = (error: unknown) => error instanceof WrongError;

/** Attempts that the test ends. */
class Attempts {
  readonly #limit: AttemptLimit;
  readonly begun: { readonly succeed: () => void; readonly fail: (error?: Error) => void }[] = [];

  constructor(changes: Partial<AttemptLimitOptions> = {}) {
    this.#limit = new AttemptLimit(new MemoryCountStore(), { ...options, ...changes });
  }

  run(key = 'ada'): Promise<string> {
    const outcome = this.#limit.run(
      key,
      () =>
        new Promise<void>((resolve, reject) => {
          this.begun.push({ succeed: resolve, fail: (error = new WrongError()) => reject(error) });
        }),
      isFailure,
    );
    return outcome.then(
      () => 'succeeded',
      (error: Error) => error.constructor.name,
    );
  }

  async hasBegun(count: number): Promise<void> {
    while (this.begun.length < count) await new Promise((again) => setTimeout(again, 1));
  }
}

const times = <Result>(count: number, work: () => Result) => Array.from({ length: count }, work);

describe('AttemptLimit', () => {
  it('begins five of many concurrent attempts, and refuses the others when those have failed', async () => {
    const attempts = new Attempts();
    const outcomes = times(200, () => attempts.run());
    await attempts.hasBegun(5);
    for (const { fail } of attempts.begun) fail();

    expect(count(await Promise.all(outcomes))).toEqual({ WrongError: 5, LimitReachedError: 195 });
    expect(attempts.begun).toHaveLength(5);
  });

  it('allows all of many concurrent right attempts, as those before them succeed', async () => {
    const attempts = new Attempts();
    const outcomes = times(50, () => attempts.run());
    for (let nth = 0; nth < 50; nth++) {
      await attempts.hasBegun(nth + 1);
      attempts.begun[nth]?.succeed();
    }

    expect(count(await Promise.all(outcomes))).toEqual({ succeeded: 50 });
  });

  it('never has more than five attempts of a key in flight, and counts each key separately', async () => {
    const attempts = new Attempts();
    const outcomes = times(8, () => attempts.run()).concat(times(3, () => attempts.run('bob')));
    await attempts.hasBegun(8);
    expect(attempts.begun).toHaveLength(8);

    for (let nth = 0; nth < 11; nth++) {
      await attempts.hasBegun(nth + 1);
      attempts.begun[nth]?.succeed();
    }
    expect(count(await Promise.all(outcomes))).toEqual({ succeeded: 11 });
  });

  it('refuses attempts at once while as many wait as may', async () => {
    const attempts = new Attempts({ maxWaiting: 3 });
    const outcomes: Promise<string>[] = [];
    for (let nth = 1; nth <= 5; nth++) {
      outcomes.push(attempts.run());
      await attempts.hasBegun(nth);
    }
    // One looks for its turn, and three wait behind it.
    outcomes.push(...times(4, () => attempts.run()));
    expect(await Promise.all(times(2, () => attempts.run()))).toEqual(Array(2).fill('LimitReachedError'));
    expect(attempts.begun).toHaveLength(5);

    const other = attempts.run('bob');
    await attempts.hasBegun(6);
    for (const { succeed } of attempts.begun) succeed();
    for (let nth = 6; nth < 10; nth++) {
      await attempts.hasBegun(nth + 1);
      attempts.begun[nth]?.succeed();
    }
    expect(await other).toBe('succeeded');
    expect(count(await Promise.all(outcomes))).toEqual({ succeeded: 9 });
  });

  it('turns away after a success those that got no slot, and lets those with one go on', async () => {
    class SaturatedError extends Error {}
    const slots = {
      judge: (reserved: number) => (reserved < 8 ? ('admitted' as const) : ('refused' as const)),
      availableSlots: 8,
      reject: () => Promise.reject(new SaturatedError()),
    };
    const attempts = new Attempts({ slots });
    const outcomes = times(20, () => attempts.run());
    // The first needs none.
    for (let nth = 0; nth < 9; nth++) {
      await attempts.hasBegun(nth + 1);
      attempts.begun[nth]?.succeed();
    }

    expect(count(await Promise.all(outcomes))).toEqual({ succeeded: 9, SaturatedError: 11 });
  });

  it('asks the store for a write no more once an attempt of the key was refused', async () => {
    class CountedStore extends MemoryCountStore {
      writes = 0;

      override replace(...change: [string, string, Count | null, Count | null]): Promise<boolean> {
        this.writes++;
        return super.replace(...change);
      }
    }
    const store = new CountedStore();
    const limit = new AttemptLimit(store, options);
    const fail = () => limit.run('ada', () => Promise.reject(new WrongError()), isFailure);
    for (let nth = 0; nth < 5; nth++) await expect(fail()).rejects.toThrow(WrongError);
    await expect(fail()).rejects.toMatchObject({ code: 'limit.reached' });
    const { writes } = store;
    for (let nth = 0; nth < 3; nth++) await expect(fail()).rejects.toMatchObject({ code: 'limit.reached' });

    expect(store.writes).toBe(writes);
  });

  it('does not count an attempt that ended in another error', async () => {
    const attempts = new Attempts();
    for (let nth = 0; nth < 20; nth++) {
      const outcome = attempts.run();
      await attempts.hasBegun(nth + 1);
      attempts.begun[nth]?.fail(new TypeError('The database is gone'));
      expect(await outcome).toBe('TypeError');
    }
  });

  it('says in whole seconds when the next attempt is allowed', async () => {
    const limit = new AttemptLimit(new MemoryCountStore(), options);
    const fail = () => limit.run('ada', () => Promise.reject(new WrongError()), isFailure);
    for (let nth = 0; nth < 5; nth++) await expect(fail()).rejects.toThrow(WrongError);

    await expect(fail()).rejects.toMatchObject({
      code: 'limit.reached',
      limit: { name: 'guesses', max: 1, perMs: 1_000 },
      retryAfterSeconds: 1,
    });
  });
});

function count(outcomes: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const outcome of outcomes) counted[outcome] = (counted[outcome] ?? 0) + 1;
  return counted;
}
