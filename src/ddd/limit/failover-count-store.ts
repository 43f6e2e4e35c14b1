import { ReadOnlyDatabaseError, UnavailableError } from '../repository/index.js';
import type { Count, Decision } from './count.js';
import type { CountStore } from './count-store.js';
import type { LimitKey } from './limit.js';
import { MemoryCountStore } from './memory-count-store.js';

/** How long a store that failed is not tried again: waiting for it would delay everything that is limited. */
const retryAfterMs = 5_000;

/** Locked, or a full disk: reads still work. A lost or unavailable connection is not among them. */
const writesRefused = /^(SQLITE_(BUSY|LOCKED|FULL|IOERR)|53100|55P03|57014)$/;

/**
 * Counts in the memory of this process while the database accepts no writes: people can still sign in while the disk is
 * full, for example, and sign-ins stay limited.
 */
export class FailoverCountStore implements Pick<CountStore, 'decide'> {
  readonly #memory = new MemoryCountStore();
  #failedAt = -Infinity;

  constructor(private readonly store: CountStore) {}

  async decide(
    limit: string,
    key: LimitKey,
    decision: (count: Count | null) => Decision,
    assumed?: Count | null,
  ): Promise<Decision> {
    if (performance.now() - this.#failedAt >= retryAfterMs)
      try {
        return await this.store.decide(limit, key, decision, assumed);
      } catch (error) {
        if (!acceptsNoWrites(error)) throw error;
        this.#failedAt = performance.now();
      }
    // Reads still work, so a wait or a lock in the database still applies.
    const stored = await this.store.read(limit, key).catch(() => null);
    return this.#memory.decide(limit, key, (count) =>
      (count?.count ?? 0) < (stored?.count ?? 0) ? decision(stored) : decision(count),
    );
  }
}

function acceptsNoWrites(error: unknown): boolean {
  if (error instanceof ReadOnlyDatabaseError) return true;
  const { code } = (error instanceof UnavailableError ? (error.cause ?? {}) : {}) as { code?: string };
  return writesRefused.test(code ?? '');
}
