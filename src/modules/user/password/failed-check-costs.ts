import type { HashCost } from '../../../config/hash-cost.js';

/** More of them would make each failed check too expensive. */
const maxOlderCosts = 4;

const keyOf = ({ memoryKib, iterations, parallelism }: HashCost) =>
  `${memoryKib} ${iterations} ${parallelism}`;
const workOf = ({ memoryKib, iterations }: HashCost) => memoryKib * iterations;

/**
 * What every failed check computes, so that its time says nothing of the account: one hash of today's cost, and one of
 * each cheaper cost that this process has met in a stored hash. Any smaller amount of work that is to make up for a cheaper
 * hash depends on the caches of the machine, and shows.
 */
export class FailedCheckCosts {
  readonly #costs: Map<string, HashCost>;

  constructor(private readonly today: HashCost) {
    this.#costs = new Map([[keyOf(today), today]]);
  }

  /** Takes note of the cost of a stored hash. */
  meet(cost: HashCost): void {
    if (this.#costs.size <= maxOlderCosts && workOf(cost) < workOf(this.today))
      this.#costs.set(keyOf(cost), cost);
  }

  /** The hashes that are left to compute after one of this cost; none after one that cost more than today's. */
  after(done: HashCost): HashCost[] {
    if (!this.#costs.has(keyOf(done)) && workOf(done) >= workOf(this.today)) return [];
    return [...this.#costs].filter(([key]) => key !== keyOf(done)).map(([, cost]) => cost);
  }
}
