// Real: the limiter and its settings. Fake: the hashes, which end when the test says so, and the clock.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readSettings } from '../../../config/settings.js';
import { HashLimiter } from './hash-limiter.js';
import { HashingSaturatedError } from './password.errors.js';

/** Hashes that begin when the limiter lets them and end manually; counts how many ran concurrently. */
class Hashes {
  readonly begun: string[] = [];
  maxConcurrent = 0;
  private readonly open = new Map<string, { resolve: (name: string) => void; reject: (e: Error) => void }>();

  named(name: string) {
    return () =>
      new Promise<string>((resolve, reject) => {
        this.begun.push(name);
        this.open.set(name, { resolve, reject });
        this.maxConcurrent = Math.max(this.maxConcurrent, this.open.size);
      });
  }

  async end(name: string) {
    this.take(name).resolve(name);
    await settle();
  }

  async fail(name: string, error: Error) {
    this.take(name).reject(error);
    await settle();
  }

  async endOldest() {
    const [name = ''] = this.open.keys();
    await this.end(name);
  }

  /** Ends the oldest until none is left. */
  async endAll() {
    while (this.open.size) await this.endOldest();
  }

  private take(name: string) {
    const hash = this.open.get(name);
    if (!hash) throw new Error(`${name} is not running`);
    this.open.delete(name);
    return hash;
  }
}

/**
 * Settles every promise that can settle, and passes the iteration of the event loop after which a slot is handed on.
 */
const settle = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const stopTheClock = () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
};
const letTheClockRun = () => {
  jest.useRealTimers();
};

/** A limiter whose first estimate is 20 ms per hash. */
function limiterWith({ concurrency = 1, queueLimit = 1_000, maxWait = 60_000 } = {}) {
  return new HashLimiter(
    readSettings({
      PASSWORD_MEMORY_KIB: '20000',
      PASSWORD_ITERATIONS: '2',
      PASSWORD_CONCURRENCY: String(concurrency),
      PASSWORD_QUEUE_LIMIT: String(queueLimit),
      PASSWORD_MAX_WAIT_MS: String(maxWait),
    }),
  );
}

/** The current state of a promise. */
function watch<Value>(promise: Promise<Value>) {
  const fate: { value?: Value; error?: unknown } = {};
  promise.then(
    (value) => (fate.value = value),
    (error: unknown) => (fate.error = error),
  );
  return fate;
}

describe('HashLimiter.run', () => {
  let hashes: Hashes;
  const start = async (limiter: HashLimiter, name: string, signal?: AbortSignal) => {
    const fate = watch(limiter.run(hashes.named(name), signal));
    await settle();
    return fate;
  };
  /** Arrives, and waits as long as a refusal is held back. */
  const arrive = async (limiter: HashLimiter, name: string) => {
    const fate = await start(limiter, name);
    await jest.advanceTimersByTimeAsync(100);
    return fate;
  };
  /**
   * Lets the queue stand for more than a second, in which more than a second of work has arrived: a new request may
   * wait no longer than `maxWait`.
   */
  const letItStand = async (limiter: HashLimiter, waiting: number, concurrency = 1) => {
    const arrivals = 1 + (1_000 * concurrency) / 20;
    for (let n = 0; n < arrivals; n++) {
      await start(limiter, `early ${n}`);
      if (n < waiting + concurrency) continue;
      jest.advanceTimersByTime(limiter.stats.meanTimeMs / concurrency);
      await hashes.endOldest();
    }
    expect(limiter.stats.waiting).toBe(waiting);
    jest.advanceTimersByTime(1_001);
  };

  beforeEach(() => {
    stopTheClock();
    hashes = new Hashes();
  });
  afterEach(letTheClockRun);

  it('returns the result of the hash', async () => {
    const limiter = limiterWith();
    const fate = await start(limiter, 'a');
    await hashes.end('a');
    expect(fate).toEqual({ value: 'a' });
  });

  it('runs up to the maximum number of hashes concurrently', async () => {
    const limiter = limiterWith({ concurrency: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await start(limiter, name);
    expect(hashes.begun).toEqual(['a', 'b']);
    expect(limiter.stats).toMatchObject({ running: 2, waiting: 3, shed: 0 });
    await hashes.endAll();
    expect(hashes.maxConcurrent).toBe(2);
    expect(limiter.stats).toMatchObject({ running: 0, waiting: 0, shed: 0 });
  });

  it('serves the queue in the order of arrival', async () => {
    const limiter = limiterWith({ concurrency: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await start(limiter, name);
    await hashes.end('b');
    await hashes.end('a');
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('lets no new request overtake the queue, even while a slot is being handed over', async () => {
    const limiter = limiterWith();
    const newcomers = Array.from({ length: 20 }, (_, n) => `newcomer ${n}`);
    await start(limiter, 'a');
    await start(limiter, 'b');
    const ended = hashes.end('a');
    for (const name of newcomers) {
      watch(limiter.run(hashes.named(name)));
      await Promise.resolve();
    }
    await ended;
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', ...newcomers]);
    expect(hashes.maxConcurrent).toBe(1);
  });

  it('frees the slot of a hash that rejects, and passes on its error', async () => {
    const limiter = limiterWith();
    const failing = await start(limiter, 'a');
    const next = await start(limiter, 'b');
    const error = new Error('out of memory');
    await hashes.fail('a', error);
    expect(failing.error).toBe(error);
    expect(hashes.begun).toEqual(['a', 'b']);
    await hashes.end('b');
    expect(next.value).toBe('b');
    expect(limiter.stats).toMatchObject({ running: 0, waiting: 0 });
  });

  it('frees the slot of a hash that throws before it has begun', async () => {
    const limiter = limiterWith();
    const error = new Error('bad options');
    const run = limiter.run(() => {
      throw error;
    });
    await expect(run).rejects.toBe(error);
    expect(limiter.stats.running).toBe(0);
  });

  it('rejects when the queue is full, and accepts again when it no longer is', async () => {
    const limiter = limiterWith({ queueLimit: 2 });
    for (const name of ['a', 'b', 'c']) await start(limiter, name);
    const refused = await arrive(limiter, 'd');
    expect(refused.error).toBeInstanceOf(HashingSaturatedError);
    expect(limiter.stats).toMatchObject({ running: 1, waiting: 2, shed: 1 });
    await hashes.end('a');
    expect(await start(limiter, 'e')).toEqual({});
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c', 'e']);
  });

  it('serves a burst of 100 when idle, however long each hash takes', async () => {
    const limiter = limiterWith({ concurrency: 2, maxWait: 400 });
    const fates = Array.from({ length: 100 }, (_, n) => watch(limiter.run(hashes.named(`h${n}`))));
    await settle();
    for (let n = 0; n < 100; n++) {
      jest.advanceTimersByTime(90);
      await hashes.end(`h${n}`);
    }
    expect(fates.filter(({ value }) => value)).toHaveLength(100);
    expect(limiter.stats).toMatchObject({ running: 0, waiting: 0, shed: 0 });
  });

  it('serves the next burst too, although the previous one was slow', async () => {
    const limiter = limiterWith({ concurrency: 2, maxWait: 400 });
    for (let n = 0; n < 100; n++) {
      await start(limiter, `slow ${n}`);
      jest.advanceTimersByTime(90);
      await hashes.end(`slow ${n}`);
    }
    Array.from({ length: 100 }, (_, n) => watch(limiter.run(hashes.named(`h${n}`))));
    await settle();
    expect(limiter.stats).toMatchObject({ running: 2, waiting: 98, shed: 0 });
  });

  it('once the queue has lasted for a second, rejects a request whose wait would be too long at the given concurrency', async () => {
    const limiter = limiterWith({ concurrency: 2, maxWait: 100 });
    await letItStand(limiter, 9, 2);
    expect(await arrive(limiter, 'the tenth to wait')).toEqual({});
    expect((await arrive(limiter, 'one too many')).error).toBeInstanceOf(HashingSaturatedError);
    expect(limiter.stats).toMatchObject({ running: 2, waiting: 10, shed: 1 });
  });

  it('accepts a burst again once the queue has been empty', async () => {
    const limiter = limiterWith({ concurrency: 1, maxWait: 100 });
    await letItStand(limiter, 5);
    await hashes.endAll();
    await start(limiter, 'running');
    for (let n = 0; n < 50; n++) expect(await start(limiter, `h${n}`)).toEqual({});
    expect(limiter.stats).toMatchObject({ running: 1, waiting: 50, shed: 0 });
  });

  it('estimates the wait from the recent duration of hashes, once the queue has lasted', async () => {
    const limiter = limiterWith({ concurrency: 1, maxWait: 200 });
    for (let n = 0; n < 100; n++) {
      await start(limiter, `slow ${n}`);
      jest.advanceTimersByTime(90);
      await hashes.end(`slow ${n}`);
    }
    expect(limiter.stats.meanTimeMs).toBeCloseTo(90, 1);
    await letItStand(limiter, 1);
    expect(await arrive(limiter, 'waiting')).toEqual({});
    expect((await arrive(limiter, 'refused')).error).toBeInstanceOf(HashingSaturatedError);
  });

  it('always runs a hash when a slot is free, however slow hashes are', async () => {
    const limiter = limiterWith({ maxWait: 1 });
    await letItStand(limiter, 1);
    expect((await arrive(limiter, 'refused')).error).toBeInstanceOf(HashingSaturatedError);
    await hashes.endAll();
    const fate = await start(limiter, 'a');
    await hashes.end('a');
    expect(fate.value).toBe('a');
  });

  it('delays a rejection briefly, so that a client that retries at once takes no time from the hashes', async () => {
    const limiter = limiterWith({ queueLimit: 1 });
    for (const name of ['a', 'b']) await start(limiter, name);
    const refused = await start(limiter, 'c');
    await jest.advanceTimersByTimeAsync(99);
    expect(refused).toEqual({});
    await jest.advanceTimersByTimeAsync(1);
    expect(refused.error).toBeInstanceOf(HashingSaturatedError);
  });

  it.each([
    { waiting: 1, retryAfterSeconds: 1 },
    { waiting: 49, retryAfterSeconds: 1 },
    { waiting: 50, retryAfterSeconds: 2 },
    { waiting: 99, retryAfterSeconds: 2 },
  ])('reports after how many seconds to retry: $retryAfterSeconds behind $waiting', async (row) => {
    const limiter = limiterWith({ queueLimit: row.waiting });
    for (let n = 0; n < 1 + row.waiting; n++) await start(limiter, `h${n}`);
    expect((await arrive(limiter, 'refused')).error).toMatchObject({
      retryAfterSeconds: row.retryAfterSeconds,
    });
  });

  it('spreads the retries of rejected requests over up to half a minute', async () => {
    const limiter = limiterWith({ queueLimit: 1 });
    for (const name of ['a', 'b']) await start(limiter, name);
    const refused = Array.from({ length: 2_000 }, (_, n) => watch(limiter.run(hashes.named(`h${n}`))));
    await settle();
    await jest.advanceTimersByTimeAsync(100);
    const retryAfter = refused.map(({ error }) => (error as HashingSaturatedError).retryAfterSeconds);
    // Fifty turns of 20 ms make a second; one of them belongs to the one that waits.
    expect([1, 2, 3].map((seconds) => retryAfter.filter((wait) => wait === seconds).length)).toEqual([
      49, 50, 50,
    ]);
    expect(retryAfter.at(-1)).toBe(30);
    jest.advanceTimersByTime(29_000);
    expect((await arrive(limiter, 'later')).error).toMatchObject({ retryAfterSeconds: 1 });
    jest.advanceTimersByTime(60_000);
    expect((await arrive(limiter, 'much later')).error).toMatchObject({ retryAfterSeconds: 1 });
  });

  it('runs those of 600 concurrent requests that fit into the wait, and rejects the rest, without losing any', async () => {
    const limiter = limiterWith({ concurrency: 2, maxWait: 400 });
    const fates = Array.from({ length: 600 }, (_, n) => watch(limiter.run(hashes.named(`h${n}`))));
    await settle();
    expect(limiter.stats).toMatchObject({ running: 2, waiting: 40, shed: 558 });
    await hashes.endAll();
    await jest.advanceTimersByTimeAsync(100);
    expect(hashes.begun).toEqual(Array.from({ length: 42 }, (_, n) => `h${n}`));
    expect(hashes.maxConcurrent).toBe(2);
    expect(fates.filter(({ value }) => value)).toHaveLength(42);
    expect(fates.filter(({ error }) => error instanceof HashingSaturatedError)).toHaveLength(558);
    expect(limiter.stats).toMatchObject({ running: 0, waiting: 0, shed: 558 });
  });

  it('handles pending events of this thread before it begins the next hash', async () => {
    const limiter = limiterWith();
    await start(limiter, 'a');
    await start(limiter, 'b');
    const seen: string[][] = [];
    setImmediate(() => seen.push([...hashes.begun]));
    await hashes.end('a');
    expect(seen).toEqual([['a']]);
    expect(hashes.begun).toEqual(['a', 'b']);
  });

  it.each(['free', 'busy'])('rejects a caller that has given up before, at a %s limiter', async (state) => {
    const limiter = limiterWith();
    if (state === 'busy') await start(limiter, 'a');
    const before = limiter.stats;
    const reason = new Error('the client left');
    expect(await start(limiter, 'gone', AbortSignal.abort(reason))).toEqual({ error: reason });
    expect(hashes.begun).not.toContain('gone');
    expect(limiter.stats).toEqual(before);
  });

  it('removes a caller that gives up from the middle of the queue', async () => {
    const limiter = limiterWith();
    const client = new AbortController();
    await start(limiter, 'a');
    await start(limiter, 'b');
    const gone = await start(limiter, 'gone', client.signal);
    await start(limiter, 'c');
    client.abort(new Error('the client left'));
    await settle();
    expect(gone.error).toBe(client.signal.reason);
    expect(limiter.stats).toMatchObject({ running: 1, waiting: 2, shed: 0 });
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c']);
  });

  it('hands the slot on when its new holder gives up at the moment of getting it', async () => {
    const limiter = limiterWith();
    const client = new AbortController();
    await start(limiter, 'a');
    const gone = watch(limiter.run(hashes.named('gone'), client.signal));
    const next = await start(limiter, 'b');
    const remove = client.signal.removeEventListener.bind(client.signal);
    const leave = jest.spyOn(client.signal, 'removeEventListener').mockImplementation((...listener) => {
      remove(...listener);
      client.abort();
    });
    await hashes.end('a');
    expect(leave).toHaveBeenCalledTimes(1);
    expect(gone.error).toBe(client.signal.reason);
    await hashes.end('b');
    expect(next.value).toBe('b');
    expect(limiter.stats).toMatchObject({ running: 0, waiting: 0 });
  });

  it('lets a running hash finish, even if its caller gives up', async () => {
    const limiter = limiterWith();
    const client = new AbortController();
    const fate = await start(limiter, 'a', client.signal);
    client.abort();
    await hashes.end('a');
    expect(fate).toEqual({ value: 'a' });
  });

  it('leaves no listener on the signal of a served caller', async () => {
    const limiter = limiterWith();
    const client = new AbortController();
    const added = jest.spyOn(client.signal, 'addEventListener');
    const removed = jest.spyOn(client.signal, 'removeEventListener');
    await start(limiter, 'a', client.signal);
    await start(limiter, 'b', client.signal);
    await hashes.endAll();
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)]);
  });
});

describe('HashLimiter.stats', () => {
  beforeEach(stopTheClock);
  afterEach(letTheClockRun);

  it('starts with an estimate that grows with memory and passes', () => {
    const guess = (memory: string, passes: string) =>
      new HashLimiter(readSettings({ PASSWORD_MEMORY_KIB: memory, PASSWORD_ITERATIONS: passes })).stats
        .meanTimeMs;
    expect([guess('20000', '2'), guess('20000', '4'), guess('80000', '2')]).toEqual([20, 40, 80]);
  });

  it('moves the mean a tenth of the way to each new time', async () => {
    const limiter = limiterWith();
    const taking = (time: number) => limiter.run(async () => void jest.advanceTimersByTime(time));
    await taking(120);
    expect(limiter.stats.meanTimeMs).toBeCloseTo(30);
    await taking(0);
    expect(limiter.stats.meanTimeMs).toBeCloseTo(27);
  });

  it('excludes failures from the mean, because they may end before any work', async () => {
    const limiter = limiterWith();
    await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(limiter.stats.meanTimeMs).toBe(20);
  });
});
