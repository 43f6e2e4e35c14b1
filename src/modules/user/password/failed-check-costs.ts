import type { HashCost } from '../../../config/hash-cost.js';
import type { ForeignHash } from './foreign/foreign-hash.js';

/** More of them would make each failed check too expensive. */
const maxOtherCosts = 4;

/** The cost of an Argon2 hash, or a hash of another program, which stands for all that take the same work. */
export type CheckCost = HashCost | ForeignHash;

const keyOf = (cost: CheckCost) =>
  'work' in cost ? cost.work : `${cost.memoryKib} ${cost.iterations} ${cost.parallelism}`;

/**
 * What every failed check computes, so that its time says nothing of the account: one hash of today's cost, and one of
 * each other cost that this process has met in a stored hash. Any other work that is to make up for the difference depends on
 * the caches of the machine, and shows.
 */
export class FailedCheckCosts {
  readonly #costs: Map<string, CheckCost>;

  constructor(today: HashCost) {
    this.#costs = new Map([[keyOf(today), today]]);
  }

  /** Takes note of the cost of a stored hash. */
  meet(cost: CheckCost): void {
    if (this.#costs.size <= maxOtherCosts && !this.#costs.has(keyOf(cost)))
      this.#costs.set(keyOf(cost), cost);
  }

  /** The hashes that are left to compute after one of this cost. */
  after(done: CheckCost): CheckCost[] {
    return [...this.#costs].filter(([key]) => key !== keyOf(done)).map(([, cost]) => cost);
  }
}
