// Real: the gate and its settings. Fake: the hashes, which end when the test says so, and the clock.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readSettings } from '../../../config/settings.js';
import { HashGate } from './hash-gate.js';
import { HashingSaturatedError } from './password.errors.js';

/** Hashes that begin when the gate lets them and end by hand; counts how many ran at once. */
class Hashes {
  readonly begun: string[] = [];
  mostAtOnce = 0;
  private readonly open = new Map<string, { resolve: (name: string) => void; reject: (e: Error) => void }>();

  named(name: string) {
    return () =>
      new Promise<string>((resolve, reject) => {
        this.begun.push(name);
        this.open.set(name, { resolve, reject });
        this.mostAtOnce = Math.max(this.mostAtOnce, this.open.size);
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

  /** Ends the oldest until none is left. */
  async endAll() {
    for (let [name] = this.open.keys(); name !== undefined; [name] = this.open.keys()) await this.end(name);
  }

  private take(name: string) {
    const hash = this.open.get(name);
    if (!hash) throw new Error(`${name} is not running`);
    this.open.delete(name);
    return hash;
  }
}

/** Lets every promise that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const stopTheClock = () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
};
const letTheClockRun = () => {
  jest.useRealTimers();
};

/** A gate whose first guess is 20 ms a hash. */
function gateWith({ concurrency = 1, queueLimit = 1_000, maxWait = 60_000 } = {}) {
  return new HashGate(
    readSettings({
      PASSWORD_MEMORY_KIB: '20000',
      PASSWORD_ITERATIONS: '2',
      PASSWORD_CONCURRENCY: String(concurrency),
      PASSWORD_QUEUE_LIMIT: String(queueLimit),
      PASSWORD_MAX_WAIT_MS: String(maxWait),
    }),
  );
}

/** What became of a promise, asked without waiting for it. */
function watch<Value>(promise: Promise<Value>) {
  const fate: { value?: Value; error?: unknown } = {};
  promise.then(
    (value) => (fate.value = value),
    (error: unknown) => (fate.error = error),
  );
  return fate;
}

describe('HashGate.run', () => {
  let hashes: Hashes;
  const start = async (gate: HashGate, name: string, signal?: AbortSignal) => {
    const fate = watch(gate.run(hashes.named(name), signal));
    await settle();
    return fate;
  };

  beforeEach(() => {
    stopTheClock();
    hashes = new Hashes();
  });
  afterEach(letTheClockRun);

  it('gives back what the hash gives', async () => {
    const gate = gateWith();
    const fate = await start(gate, 'a');
    await hashes.end('a');
    expect(fate).toEqual({ value: 'a' });
  });

  it('runs as many at once as are allowed, and no more', async () => {
    const gate = gateWith({ concurrency: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await start(gate, name);
    expect(hashes.begun).toEqual(['a', 'b']);
    expect(gate.figures).toMatchObject({ running: 2, waiting: 3, shed: 0 });
    await hashes.endAll();
    expect(hashes.mostAtOnce).toBe(2);
    expect(gate.figures).toMatchObject({ running: 0, waiting: 0, shed: 0 });
  });

  it('takes those who wait in the order they came', async () => {
    const gate = gateWith({ concurrency: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await start(gate, name);
    await hashes.end('b');
    await hashes.end('a');
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('lets no newcomer overtake, in whatever moment of handing a place on it comes', async () => {
    const gate = gateWith();
    const newcomers = Array.from({ length: 20 }, (_, n) => `newcomer ${n}`);
    await start(gate, 'a');
    await start(gate, 'b');
    const ended = hashes.end('a');
    for (const name of newcomers) {
      watch(gate.run(hashes.named(name)));
      await Promise.resolve();
    }
    await ended;
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', ...newcomers]);
    expect(hashes.mostAtOnce).toBe(1);
  });

  it('frees the place of a hash that rejects, and passes its error on', async () => {
    const gate = gateWith();
    const failing = await start(gate, 'a');
    const next = await start(gate, 'b');
    const error = new Error('out of memory');
    await hashes.fail('a', error);
    expect(failing.error).toBe(error);
    expect(hashes.begun).toEqual(['a', 'b']);
    await hashes.end('b');
    expect(next.value).toBe('b');
    expect(gate.figures).toMatchObject({ running: 0, waiting: 0 });
  });

  it('frees the place of a hash that throws before it has begun', async () => {
    const gate = gateWith();
    const error = new Error('bad options');
    const run = gate.run(() => {
      throw error;
    });
    await expect(run).rejects.toBe(error);
    expect(gate.figures.running).toBe(0);
  });

  it('refuses at once when the line is full, and takes the next when it no longer is', async () => {
    const gate = gateWith({ queueLimit: 2 });
    for (const name of ['a', 'b', 'c']) await start(gate, name);
    const refused = await start(gate, 'd');
    expect(refused.error).toBeInstanceOf(HashingSaturatedError);
    expect(gate.figures).toMatchObject({ running: 1, waiting: 2, shed: 1 });
    await hashes.end('a');
    expect(await start(gate, 'e')).toEqual({});
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c', 'e']);
  });

  it('refuses when the expected wait is too long, with the concurrency in the reckoning', async () => {
    const gate = gateWith({ concurrency: 2, maxWait: 100 });
    for (let n = 0; n < 2 + 10; n++) expect(await start(gate, `h${n}`)).toEqual({});
    const refused = await start(gate, 'one too many');
    expect(refused.error).toBeInstanceOf(HashingSaturatedError);
    expect(gate.figures).toMatchObject({ running: 2, waiting: 10, shed: 1 });
  });

  it('reckons with the time that hashes took of late', async () => {
    const gate = gateWith({ concurrency: 1, maxWait: 100 });
    for (let n = 0; n < 100; n++) {
      await start(gate, `slow ${n}`);
      jest.advanceTimersByTime(90);
      await hashes.end(`slow ${n}`);
    }
    expect(gate.figures.meanTime).toBeCloseTo(90, 1);
    await start(gate, 'running');
    expect(await start(gate, 'waiting')).toEqual({});
    expect((await start(gate, 'refused')).error).toBeInstanceOf(HashingSaturatedError);
  });

  it('always runs a hash when a place is free, however slow hashes are', async () => {
    const gate = gateWith({ maxWait: 1 });
    const fate = await start(gate, 'a');
    expect((await start(gate, 'b')).error).toBeInstanceOf(HashingSaturatedError);
    await hashes.end('a');
    expect(fate.value).toBe('a');
  });

  it.each([
    { waiting: 0, retryAfter: 1 },
    { waiting: 49, retryAfter: 1 },
    { waiting: 50, retryAfter: 2 },
    { waiting: 120, retryAfter: 3 },
  ])('says after how many whole seconds to try again: $retryAfter behind $waiting', async (row) => {
    const gate = gateWith({ queueLimit: Math.max(1, row.waiting), maxWait: row.waiting ? 60_000 : 1 });
    for (let n = 0; n < 1 + row.waiting; n++) await start(gate, `h${n}`);
    expect((await start(gate, 'refused')).error).toMatchObject({ retryAfter: row.retryAfter });
  });

  it('gives those it turns away one turn after another to come back for, up to half a minute', async () => {
    const gate = gateWith({ maxWait: 1 });
    await start(gate, 'a');
    const told: number[] = [];
    for (let n = 0; n < 2_000; n++) {
      const { error } = await start(gate, `h${n}`);
      told.push((error as HashingSaturatedError).retryAfter);
    }
    // Fifty turns of 20 ms make a second.
    expect([1, 2, 3].map((seconds) => told.filter((wait) => wait === seconds).length)).toEqual([50, 50, 50]);
    expect(told.at(-1)).toBe(30);
    jest.advanceTimersByTime(29_000);
    expect((await start(gate, 'later')).error).toMatchObject({ retryAfter: 2 });
    jest.advanceTimersByTime(60_000);
    expect((await start(gate, 'much later')).error).toMatchObject({ retryAfter: 1 });
  });

  it('stands 600 arrivals at once: runs what fits into the wait, refuses the rest, loses none', async () => {
    const gate = gateWith({ concurrency: 2, maxWait: 800 });
    const fates = Array.from({ length: 600 }, (_, n) => watch(gate.run(hashes.named(`h${n}`))));
    await settle();
    expect(gate.figures).toMatchObject({ running: 2, waiting: 80, shed: 518 });
    await hashes.endAll();
    expect(hashes.begun).toEqual(Array.from({ length: 82 }, (_, n) => `h${n}`));
    expect(hashes.mostAtOnce).toBe(2);
    expect(fates.filter(({ value }) => value)).toHaveLength(82);
    expect(fates.filter(({ error }) => error instanceof HashingSaturatedError)).toHaveLength(518);
    expect(gate.figures).toMatchObject({ running: 0, waiting: 0, shed: 518 });
  });

  it.each(['free', 'busy'])('turns away a caller that has given up before, at a %s gate', async (state) => {
    const gate = gateWith();
    if (state === 'busy') await start(gate, 'a');
    const before = gate.figures;
    const reason = new Error('the client left');
    expect(await start(gate, 'gone', AbortSignal.abort(reason))).toEqual({ error: reason });
    expect(hashes.begun).not.toContain('gone');
    expect(gate.figures).toEqual(before);
  });

  it('takes a caller that gives up out of the middle of the line', async () => {
    const gate = gateWith();
    const client = new AbortController();
    await start(gate, 'a');
    await start(gate, 'b');
    const gone = await start(gate, 'gone', client.signal);
    await start(gate, 'c');
    client.abort(new Error('the client left'));
    await settle();
    expect(gone.error).toBe(client.signal.reason);
    expect(gate.figures).toMatchObject({ running: 1, waiting: 2, shed: 0 });
    await hashes.endAll();
    expect(hashes.begun).toEqual(['a', 'b', 'c']);
  });

  it('hands the place on when its new holder gives up in the moment of getting it', async () => {
    const gate = gateWith();
    const client = new AbortController();
    await start(gate, 'a');
    const gone = watch(gate.run(hashes.named('gone'), client.signal));
    const next = await start(gate, 'b');
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
    expect(gate.figures).toMatchObject({ running: 0, waiting: 0 });
  });

  it('lets a hash that has begun run to its end, whoever gives up', async () => {
    const gate = gateWith();
    const client = new AbortController();
    const fate = await start(gate, 'a', client.signal);
    client.abort();
    await hashes.end('a');
    expect(fate).toEqual({ value: 'a' });
  });

  it('leaves no listener on the signal of a caller that has been served', async () => {
    const gate = gateWith();
    const client = new AbortController();
    const added = jest.spyOn(client.signal, 'addEventListener');
    const removed = jest.spyOn(client.signal, 'removeEventListener');
    await start(gate, 'a', client.signal);
    await start(gate, 'b', client.signal);
    await hashes.endAll();
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)]);
  });
});

describe('HashGate.figures', () => {
  beforeEach(stopTheClock);
  afterEach(letTheClockRun);

  it('begins with a guess that grows with memory and passes', () => {
    const guess = (memory: string, passes: string) =>
      new HashGate(readSettings({ PASSWORD_MEMORY_KIB: memory, PASSWORD_ITERATIONS: passes })).figures
        .meanTime;
    expect([guess('20000', '2'), guess('20000', '4'), guess('80000', '2')]).toEqual([20, 40, 80]);
  });

  it('moves the mean a tenth of the way to each new time', async () => {
    const gate = gateWith();
    const taking = (time: number) => gate.run(async () => void jest.advanceTimersByTime(time));
    await taking(120);
    expect(gate.figures.meanTime).toBeCloseTo(30);
    await taking(0);
    expect(gate.figures.meanTime).toBeCloseTo(27);
  });

  it('leaves failures out of the mean, for they may end before any work', async () => {
    const gate = gateWith();
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(gate.figures.meanTime).toBe(20);
  });
});
