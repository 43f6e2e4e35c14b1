// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { FailedCheckCosts } from './failed-check-costs.js';

const today = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const old = { memoryKib: 7_168, iterations: 1, parallelism: 1 };
const older = { memoryKib: 4_096, iterations: 3, parallelism: 1 };

describe('FailedCheckCosts', () => {
  it('leave nothing to compute after a hash of today while no other one was met', () => {
    expect(new FailedCheckCosts(today).after(today)).toEqual([]);
  });

  it('add up to the same hashes, whichever of them came first', () => {
    const costs = new FailedCheckCosts(today);
    for (const cost of [old, older, today, old]) costs.meet(cost);

    for (const done of [today, old, older])
      expect(new Set([done, ...costs.after(done)])).toEqual(new Set([today, old, older]));
  });

  it('include one that cost more than today', () => {
    const costs = new FailedCheckCosts(today);
    const expensive = { ...today, iterations: 3 };
    costs.meet(expensive);

    expect(costs.after(today)).toEqual([expensive]);
    expect(costs.after(expensive)).toEqual([today]);
  });

  it('include one of each kind of work of other programs', () => {
    const costs = new FailedCheckCosts(today);
    const hashOf = (work: string) => ({
      work,
      digest: Buffer.of(),
      derive: () => Promise.resolve(Buffer.of()),
    });
    const [bcrypt, another, scrypt] = [hashOf('bcrypt 10'), hashOf('bcrypt 10'), hashOf('scrypt 14 8 1 32')];
    for (const cost of [bcrypt, another, scrypt]) costs.meet(cost);

    expect(costs.after(today)).toEqual([bcrypt, scrypt]);
    expect(costs.after(another)).toEqual([today, scrypt]);
  });

  it('include at most four others', () => {
    const costs = new FailedCheckCosts(today);
    for (let iterations = 1; iterations <= 9; iterations++)
      costs.meet({ ...older, memoryKib: 1_024, iterations });

    expect(costs.after(today)).toHaveLength(4);
  });
});
