import { ReadOnlyDatabaseError, UnavailableError } from '../repository/index.js';
import type { Count, Decision } from './count.js';
import { CountStore } from './count-store.js';
import type { LimitKey } from './limit.js';
import { MemoryCountStore } from './memory-count-store.js';

/** How long a store that failed is left alone: waiting for it would delay everything that is limited. */
const leftAloneMs = 5_000;

/** Locked, or a full disk: reads go on. A connection that is lost or not to be had is another matter. */
const writesRefused = /^(SQLITE_(BUSY|LOCKED|FULL|IOERR)|53100|55P03|57014)$/;

/**
 * Counts in the memory of this process while a database takes no writes: what is limited goes on, such as a sign-in while
 * the disk is full, and stays limited.
 */
export class FailoverCountStore extends CountStore {
  readonly #memory = new MemoryCountStore();
  #failedAt = -Infinity;

  constructor(private readonly store: CountStore) {
    super();
  }

  override decide(
    limit: string,
    key: LimitKey,
    decision: (count: Count | null) => Decision,
    assumed?: Count | null,
  ): Promise<Decision> {
    return this.#either((store) => store.decide(limit, key, decision, assumed));
  }

  read(limit: string, key: LimitKey): Promise<Count | null> {
    return this.#either((store) => store.read(limit, key));
  }

  replace(limit: string, key: LimitKey, count: Count | null, next: Count | null): Promise<boolean> {
    return this.#either((store) => store.replace(limit, key, count, next));
  }

  async #either<Result>(use: (store: CountStore) => Promise<Result>): Promise<Result> {
    if (performance.now() - this.#failedAt < leftAloneMs) return use(this.#memory);
    try {
      return await use(this.store);
    } catch (error) {
      if (!takesNoWrites(error)) throw error;
      this.#failedAt = performance.now();
      return use(this.#memory);
    }
  }
}

function takesNoWrites(error: unknown): boolean {
  if (error instanceof ReadOnlyDatabaseError) return true;
  const { code } = (error instanceof UnavailableError ? (error.cause ?? {}) : {}) as { code?: string };
  return writesRefused.test(code ?? '');
}
