import { AttemptPolicy } from './attempt-policy.js';
import type { AttemptOutcome, AttemptRules } from './attempt-policy.js';
import { AttemptQueue } from './attempt-queue.js';
import type { WaitLimiter } from './attempt-queue.js';
import type { Count, Decision } from './count.js';
import type { CountStore } from './count-store.js';
import { reportLimit } from './limit-channel.js';
import { LimitReachedError, secondsUntil } from './limit.errors.js';
import { RefusedFlood } from './refused-flood.js';
import { assertLimitName, textOf } from './limit.js';
import type { LimitKey } from './limit.js';

export interface AttemptLimitOptions extends AttemptRules {
  /** Names the limit in metrics and in the store. */
  readonly name: string;
  /** Limits how many attempts wait; without it, any number may. */
  readonly waitLimiter?: WaitLimiter;
}

/**
 * Limits how often something may fail in a row, such as the check of a password. An attempt beyond the limit waits while
 * one in flight may still succeed: it proceeds after a success, and is refused when those have failed.
 */
export class AttemptLimit {
  readonly #policy: AttemptPolicy;
  readonly #queue: AttemptQueue;
  readonly #flood = new RefusedFlood();

  /** @throws TypeError for a name that no limit can have */
  constructor(
    private readonly store: Pick<CountStore, 'decide'>,
    private readonly options: AttemptLimitOptions,
  ) {
    assertLimitName(options.name);
    this.#policy = new AttemptPolicy(options);
    this.#queue = new AttemptQueue(options.waitLimiter);
  }

  /**
   * @param isFailure whether an error means that the attempt failed; after any other one it is not counted
   * @throws LimitReachedError when no attempt is allowed now, and whatever the attempt throws
   */
  async run<Result>(
    key: LimitKey,
    attempt: () => Promise<Result>,
    isFailure: (error: unknown) => boolean,
  ): Promise<Result> {
    const counted = await this.#begin(key);
    let result: Result;
    try {
      result = await attempt();
    } catch (error) {
      // If this cannot be written, the attempt stays counted as a failure; the caller needs the error of the attempt.
      await this.#end(key, isFailure(error) ? 'failed' : 'abandoned', counted).catch(() => undefined);
      throw error;
    }
    await this.#end(key, 'succeeded', counted);
    return result;
  }

  /** @returns the count with this attempt */
  async #begin(key: LimitKey): Promise<Count | null> {
    const { name } = this.options;
    const arrivedAt = Date.now();
    const decide = (count: Count | null) => this.#policy.begin(count, arrivedAt, Date.now());
    let decision: Decision | undefined;
    await this.#queue.pass(textOf(key), async () => {
      // Usually nothing is counted yet, and one statement is enough.
      decision = await this.store.decide(name, key, decide, decision ? undefined : null);
      return decision.isAllowed ? undefined : decision.pendingSince;
    });
    if (decision?.isAllowed) {
      reportLimit(name, 'allowed');
      return decision.next;
    }
    const retryAt = decision?.retryAt ?? null;
    reportLimit(name, retryAt === null ? 'locked' : 'refused');
    if (retryAt !== null && decision?.pendingSince === undefined) await this.#postponeInFlood(key);
    // A lock looks like the longest wait.
    const waitSeconds = secondsUntil(retryAt ?? Date.now() + this.options.maxWaitMs);
    throw new LimitReachedError({ name, max: 1, perMs: waitSeconds * 1_000 }, waitSeconds);
  }

  async #postponeInFlood(key: LimitKey): Promise<void> {
    const now = Date.now();
    if (!this.#flood.isFlood(textOf(key), now)) return;
    const postpone = (count: Count | null): Decision =>
      count && !count.pending
        ? { isAllowed: true, next: this.#policy.postpone(count, now) }
        : { isAllowed: false, retryAt: null };
    await this.store.decide(this.options.name, key, postpone);
  }

  async #end(key: LimitKey, outcome: AttemptOutcome, counted: Count | null): Promise<void> {
    const { name } = this.options;
    const end = (count: Count | null): Decision => ({
      isAllowed: true,
      next: this.#policy.end(count, outcome, Date.now()),
    });
    try {
      await this.store.decide(name, key, end, counted);
    } finally {
      this.#queue.notify(textOf(key), outcome === 'succeeded');
      reportLimit(name, outcome);
    }
  }
}
