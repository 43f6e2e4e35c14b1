import { SqlTableRepository } from '../repository/index.js';
import type { Filter } from '../repository/index.js';
import { dayMs } from '../timing/index.js';
import type { Count } from './count.js';
import { LimitCount } from './limit-count.entity.js';

/** The counts of limits, by the name of the limit and the hashed key. */
export class LimitCountRepository extends SqlTableRepository<LimitCount> {
  protected readonly entity = LimitCount;

  /** @returns false when the count is no longer the one given */
  async replace(name: string, key: string, from: Count | null, to: Count | null): Promise<boolean> {
    if (!from) return !to || (await this.createUnlessExists({ name, key, ...to })) !== null;
    const found = { name, key, ...from };
    return (to ? await this.update(to, found) : await this.drop(found)) > 0;
  }

  /** Forgets counts whose time is over. @returns how many */
  purge(now: number, batchSize: number): Promise<number> {
    return this.#forgetFirst({ lte: now }, batchSize);
  }

  /**
   * Forgets counts before their time: first those that are kept for more than a day, so that short limits still hold.
   * @returns how many
   */
  async evict(now: number, batchSize: number): Promise<number> {
    const long = await this.#forgetFirst({ gt: now + dayMs }, batchSize);
    return long || this.#forgetFirst({ isNull: false }, batchSize);
  }

  async #forgetFirst(
    expiresAt: NonNullable<Filter<LimitCount>['expiresAt']>,
    limit: number,
  ): Promise<number> {
    const found = await this.list({ expiresAt }, { order: { expiresAt: 'asc' }, limit });
    const end = found.at(-1)?.expiresAt ?? 0;
    let forgotten = 0;
    for (const name of new Set(found.map((count) => count.name))) {
      const keys = found.filter((count) => count.name === name).map(({ key }) => key);
      // Unless they were counted on meanwhile.
      forgotten += await this.drop({ name, key: { in: keys }, expiresAt: { lte: end } });
    }
    return forgotten;
  }
}
