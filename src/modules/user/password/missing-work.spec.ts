// Everything is real.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { missingWork } from './missing-work.js';

const kibPasses = (hashes: readonly { memoryKib: number; iterations: number }[]) =>
  hashes.reduce((sum, { memoryKib, iterations }) => sum + memoryKib * iterations, 0);
const today = { memoryKib: 19_456, iterations: 2, parallelism: 1 };

describe('missingWork', () => {
  it.each([
    [{ memoryKib: 9_728, iterations: 2 }, [{ memoryKib: 9_728, iterations: 2 }]],
    [
      { memoryKib: 7_168, iterations: 1 },
      [
        { memoryKib: 5_120, iterations: 2 },
        { memoryKib: 7_168, iterations: 3 },
      ],
    ],
    // Its memory has been filled: the passes are over less of it.
    [{ memoryKib: 19_456, iterations: 1 }, [{ memoryKib: 6_484, iterations: 3 }]],
    [{ memoryKib: 19_456, iterations: 2 }, []],
    [{ memoryKib: 65_536, iterations: 3 }, []],
  ])('of %j is %j', (done, missing) => {
    expect(missingWork(done, today)).toEqual(missing);
  });

  it('makes up for all passes over the memory, except for those over less than Argon2 takes', () => {
    const cost = fc.record({
      memoryKib: fc.integer({ min: 8, max: 100_000 }),
      iterations: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(cost, cost, (done, wanted) => {
        const missing = missingWork(done, { ...wanted, parallelism: 1 });
        const lacking = kibPasses([wanted]) - kibPasses([done]) - kibPasses(missing);

        for (const { memoryKib, iterations } of missing)
          expect([memoryKib >= 8, memoryKib <= wanted.memoryKib, iterations >= 1]).toEqual([
            true,
            true,
            true,
          ]);
        if (kibPasses([wanted]) <= kibPasses([done])) expect(missing).toEqual([]);
        else expect(lacking).toBeLessThan(16 * (wanted.iterations + 2));
      }),
    );
  });
});
