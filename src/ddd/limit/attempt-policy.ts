import { backoffMs, dayMs } from '../timing/index.js';
import { unexpired } from './count.js';
import type { Count, Decision } from './count.js';

/** How often something that can fail may be tried for one key. Times are in milliseconds. */
export interface AttemptRules {
  /** Failures in a row after which the next attempt has to wait. */
  readonly freeFailures: number;
  /** The first wait; each further failure doubles it. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** Failures in a row after which no attempt is allowed until the count is forgotten. */
  readonly maxFailures: number;
}

/** How an attempt ended. An abandoned one proved nothing, and is not counted. */
export type AttemptOutcome = 'succeeded' | 'failed' | 'abandoned';

/** An attempt that has not ended by then counts as failed: its process may have died. */
const pendingMs = 10_000;
const forgottenAfterMs = 30 * dayMs;
/** The same for a count that makes attempts wait. */
const rememberedMs = 365 * dayMs;

/**
 * Consecutive failures. An attempt is counted as a failure when it begins, and taken back when it succeeds: nothing can
 * happen between the count and the attempt.
 */
export class AttemptPolicy {
  constructor(private readonly rules: AttemptRules) {}

  /** @param arrivedAt when the attempt arrived; it is refused if the wait was not over by then */
  begin(found: Count | null, arrivedAt: number, now: number): Decision {
    const { count = 0, pending = 0, since = 0 } = unexpired(found, now) ?? {};
    // A later moment was written before the clock was set back.
    const inFlight = Math.abs(now - since) < pendingMs ? pending : 0;
    const isFree = count < this.rules.freeFailures;
    if (!isFree && inFlight)
      return { isAllowed: false, retryAt: now + this.waitMs(count), pendingSince: since };
    if (count >= this.rules.maxFailures) return { isAllowed: false, retryAt: null };
    // A clock that was set back must not lengthen a wait.
    const retryAt = Math.min(since, now) + this.waitMs(count);
    if (!isFree && retryAt > arrivedAt) return { isAllowed: false, retryAt };
    return { isAllowed: true, next: this.#counted(count + 1, inFlight + 1, now) };
  }

  /** @returns the count after an attempt has ended; null when nothing is left to count */
  end(found: Count | null, outcome: AttemptOutcome, now: number): Count | null {
    if (!found) return null;
    const pending = Math.max(0, found.pending - 1);
    switch (outcome) {
      case 'failed':
        return this.#counted(found.count, pending, now);
      case 'succeeded':
        // Those still in flight may yet fail.
        return pending ? this.#counted(pending, pending, now) : null;
      case 'abandoned': {
        if (found.count <= 1) return null;
        const count = found.count - 1;
        // Its wait was over when it began, and it proved nothing: the next one does not wait again.
        return { ...this.#counted(count, pending, now), since: pending ? now : now - this.waitMs(count) };
      }
    }
  }

  /** @returns the count whose next attempt is allowed no sooner than the first wait from now */
  postpone(found: Count, now: number): Count {
    const { firstWaitMs } = this.rules;
    return { ...found, since: Math.max(found.since, now + firstWaitMs - this.waitMs(found.count)) };
  }

  /** Milliseconds that the next attempt waits after so many failures. */
  waitMs(failures: number): number {
    const { freeFailures, firstWaitMs, maxWaitMs } = this.rules;
    if (failures < freeFailures) return 0;
    return backoffMs(failures - freeFailures + 1, { firstMs: firstWaitMs, maxMs: maxWaitMs });
  }

  /** A count that makes attempts wait is kept long: otherwise waiting until it is forgotten would evade the maximum. */
  #counted(count: number, pending: number, now: number): Count {
    const { freeFailures, maxFailures } = this.rules;
    const keptMs = count < freeFailures ? forgottenAfterMs : rememberedMs;
    return { count, pending, since: now, expiresAt: count >= maxFailures ? null : now + keptMs };
  }
}
