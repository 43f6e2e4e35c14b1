// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { FailedCheckCosts } from './failed-check-costs.js';

const today = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const old = { memoryKib: 7_168, iterations: 1, parallelism: 1 };
const older = { memoryKib: 4_096, iterations: 3, parallelism: 1 };

describe('FailedCheckCosts', () => {
  it('leave nothing to compute after a hash of today while no cheaper one was met', () => {
    expect(new FailedCheckCosts(today).after(today)).toEqual([]);
  });

  it('add up to the same hashes, whichever of them came first', () => {
    const costs = new FailedCheckCosts(today);
    for (const cost of [old, older, today, old]) costs.meet(cost);

    for (const done of [today, old, older])
      expect(new Set([done, ...costs.after(done)])).toEqual(new Set([today, old, older]));
  });

  it('do not grow with a hash that cost more than today, after which nothing is left to compute', () => {
    const costs = new FailedCheckCosts(today);
    const expensive = { ...today, iterations: 3 };
    costs.meet(expensive);
    costs.meet(old);

    expect(costs.after(today)).toEqual([old]);
    expect(costs.after(expensive)).toEqual([]);
  });

  it('include at most four cheaper ones', () => {
    const costs = new FailedCheckCosts(today);
    for (let iterations = 1; iterations <= 9; iterations++)
      costs.meet({ ...older, memoryKib: 1_024, iterations });

    expect(costs.after(today)).toHaveLength(4);
  });
});
