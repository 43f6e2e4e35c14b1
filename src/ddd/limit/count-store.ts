import type { Count, Decision } from './count.js';
import { KeyedMutex } from './keyed-mutex.js';
import { textOf } from './limit.js';
import type { LimitKey } from './limit.js';

/** Where counts are kept. Each change is a comparison and a replacement, so any number of processes may share a count. */
export abstract class CountStore {
  readonly #mutex = new KeyedMutex();

  abstract read(limit: string, key: LimitKey): Promise<Count | null>;

  /** Replaces a count by the next, unless it has changed meanwhile. @returns whether it was replaced */
  abstract replace(limit: string, key: LimitKey, count: Count | null, next: Count | null): Promise<boolean>;

  /**
   * Decides by the count, and decides again when another process has changed it meanwhile. Calls of this process for one
   * count run in sequence, so that they do not make each other retry.
   * @param assumed the count, where the caller can guess it; otherwise it is read
   */
  decide(
    limit: string,
    key: LimitKey,
    decision: (count: Count | null) => Decision,
    assumed?: Count | null,
  ): Promise<Decision> {
    return this.#mutex.run(`${limit}\n${textOf(key)}`, () =>
      this.decideConcurrently(limit, key, decision, assumed),
    );
  }

  /** The same without a mutex, for a unit of work: the caller that holds the mutex may be waiting for locks of the unit. */
  async decideConcurrently(
    limit: string,
    key: LimitKey,
    decision: (count: Count | null) => Decision,
    assumed?: Count | null,
  ): Promise<Decision> {
    for (let count = assumed; ; count = await this.read(limit, key)) {
      if (count === undefined) continue;
      const decided = decision(count);
      if (!decided.isAllowed || (await this.replace(limit, key, count, decided.next))) return decided;
    }
  }
}
