import type { Count } from './count.js';
import { CountStore } from './count-store.js';
import { textOf } from './limit.js';
import type { LimitKey } from './limit.js';

/** Maximum number of keys of one limit: measured with addresses, 28 MB of memory at most. */
const maxKeys = 100_000;

/**
 * Counts in the memory of this process, for a bounded number of keys: beyond it, the one counted first is forgotten. All
 * windows of a limit have the same length, so its window ends first.
 */
export class MemoryCountStore extends CountStore {
  readonly #limits = new Map<string, Map<string, Count>>();

  constructor(private readonly maxKeysPerLimit = maxKeys) {
    super();
  }

  size(limit: string): number {
    return this.#limits.get(limit)?.size ?? 0;
  }

  async read(limit: string, key: LimitKey): Promise<Count | null> {
    return this.#countsOf(limit).get(textOf(key)) ?? null;
  }

  async replace(limit: string, key: LimitKey, count: Count | null, next: Count | null): Promise<boolean> {
    const counts = this.#countsOf(limit);
    const text = textOf(key);
    if ((counts.get(text) ?? null) !== count) return false;
    if (!next) counts.delete(text);
    else {
      // A new window moves to the end.
      if (count && next.since !== count.since) counts.delete(text);
      counts.set(text, next);
    }
    this.#forget(counts);
    return true;
  }

  #countsOf(limit: string): Map<string, Count> {
    const counts = this.#limits.get(limit) ?? new Map<string, Count>();
    this.#limits.set(limit, counts);
    return counts;
  }

  #forget(counts: Map<string, Count>): void {
    const now = Date.now();
    for (const [key, { expiresAt }] of counts) {
      if (counts.size <= this.maxKeysPerLimit && (expiresAt ?? Infinity) > now) return;
      counts.delete(key);
    }
  }
}
