// Real: the limit and its timers. Fake: the work, which ends when the test says so.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SlowTolerantLimit } from './slow-tolerant-limit.js';

describe('SlowTolerantLimit', () => {
  let begun: number;
  let ends: (() => void)[];

  const work = () =>
    new Promise<void>((end) => {
      begun++;
      ends.push(end);
    });
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((again) => setTimeout(again, 1));
  };

  beforeEach(() => {
    begun = 0;
    ends = [];
  });

  it('runs at most its limit of fast work, and the next when one ends', async () => {
    const limit = new SlowTolerantLimit({ maxQuick: 2, maxTotal: 10, slowAfterMs: 60_000 });
    const all = Array.from({ length: 3 }, () => limit.run(work));
    await until(() => begun === 2);
    ends[0]?.();
    await until(() => begun === 3);
    for (const end of ends) end();
    await Promise.all(all);
  });

  it('starts more work while slow work runs, up to its maximum', async () => {
    const limit = new SlowTolerantLimit({ maxQuick: 1, maxTotal: 3, slowAfterMs: 5 });
    const all = Array.from({ length: 4 }, () => limit.run(work));
    await until(() => begun === 3);
    await new Promise((later) => setTimeout(later, 50));
    expect(begun).toBe(3);
    ends[1]?.();
    await until(() => begun === 4);
    for (const end of ends) end();
    await Promise.all(all);
  });

  it('continues after failed work', async () => {
    const limit = new SlowTolerantLimit({ maxQuick: 1, maxTotal: 1, slowAfterMs: 60_000 });
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limit.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
