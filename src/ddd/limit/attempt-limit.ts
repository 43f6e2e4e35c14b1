import { AttemptPolicy } from './attempt-policy.js';
import type { AttemptOutcome, AttemptRules } from './attempt-policy.js';
import { AttemptQueue } from './attempt-queue.js';
import type { SlotLimiter } from './attempt-queue.js';
import type { Count, Decision, Refusal } from './count.js';
import type { CountStore } from './count-store.js';
import { reportLimit } from './limit-channel.js';
import { LimitReachedError, secondsUntil } from './limit.errors.js';
import { assertLimitName, textOf } from './limit.js';
import type { LimitKey } from './limit.js';
import { RecentRefusals } from './recent-refusals.js';

export interface AttemptLimitOptions extends AttemptRules {
  /** Names the limit in metrics and in the store. */
  readonly name: string;
  /** How many attempts may wait for others of their key, of all keys together; those beyond are refused. */
  readonly maxWaiting: number;
  /** Absent where attempts that proceed need nothing scarce. */
  readonly slots?: SlotLimiter;
}

/** An attempt that succeeded. */
export interface Success<Result> {
  readonly result: Result;
  /** How many attempts in a row had failed before. */
  readonly earlierFailures: number;
}

/**
 * Limits how often something may fail in a row, such as the check of a password. An attempt beyond the limit waits while
 * one in flight may still succeed: it proceeds after a success, and is refused when those have failed.
 */
export class AttemptLimit {
  readonly #policy: AttemptPolicy;
  readonly #queue: AttemptQueue;
  readonly #refusals = new RecentRefusals();

  /** @throws TypeError for a name that no limit can have */
  constructor(
    private readonly store: Pick<CountStore, 'decide'>,
    private readonly options: AttemptLimitOptions,
  ) {
    assertLimitName(options.name);
    this.#policy = new AttemptPolicy(options);
    this.#queue = new AttemptQueue(options.maxWaiting, options.slots);
  }

  /**
   * @param isFailure whether an error means that the attempt failed; after any other one it is not counted
   * @throws LimitReachedError when no attempt is allowed now, and whatever the attempt throws
   */
  async run<Result>(
    key: LimitKey,
    attempt: () => Promise<Result>,
    isFailure: (error: unknown) => boolean,
  ): Promise<Success<Result>> {
    const counted = await this.#begin(key);
    let result: Result;
    try {
      result = await attempt();
    } catch (error) {
      // If this cannot be written, the attempt stays counted as a failure; the caller needs the error of the attempt.
      await this.#end(key, isFailure(error) ? 'failed' : 'abandoned', counted).catch(() => undefined);
      throw error;
    }
    const ended = await this.#end(key, 'succeeded', counted);
    return { result, earlierFailures: ended ? Math.max(0, ended.count - ended.pending) : 0 };
  }

  /** @returns the count with this attempt */
  async #begin(key: LimitKey): Promise<Count | null> {
    const { name } = this.options;
    const id = textOf(key);
    const arrivedAt = Date.now();
    const decide = (count: Count | null) => this.#policy.begin(count, arrivedAt, Date.now());
    // Usually nothing is counted yet, and one statement is enough.
    let assumed = this.#refusals.has(id) ? undefined : null;
    const decision = await this.#queue.pass(id, () => {
      const deciding = this.store.decide(name, key, decide, assumed);
      assumed = undefined;
      return deciding;
    });
    if (!decision) throw this.#reached('refused', 1);
    if (!decision.isAllowed) return this.#refuse(key, decision);
    reportLimit(name, 'allowed');
    return decision.next;
  }

  /** @throws LimitReachedError */
  async #refuse(key: LimitKey, { retryAt, pendingSince }: Refusal): Promise<never> {
    const isFlood = pendingSince === undefined && this.#refusals.add(textOf(key), Date.now());
    if (retryAt === null) throw this.#reached('locked', Math.ceil(this.options.maxWaitMs / 1_000));
    if (isFlood) await this.#postpone(key);
    throw this.#reached('refused', secondsUntil(retryAt));
  }

  #reached(outcome: 'refused' | 'locked', waitSeconds: number): LimitReachedError {
    const { name } = this.options;
    reportLimit(name, outcome);
    return new LimitReachedError({ name, max: 1, perMs: waitSeconds * 1_000 }, waitSeconds);
  }

  async #postpone(key: LimitKey): Promise<void> {
    const now = Date.now();
    const postpone = (count: Count | null): Decision =>
      count && !count.pending
        ? { isAllowed: true, next: this.#policy.postpone(count, now) }
        : { isAllowed: false, retryAt: null };
    await this.store.decide(this.options.name, key, postpone);
  }

  /** @returns the count that it found */
  async #end(key: LimitKey, outcome: AttemptOutcome, counted: Count | null): Promise<Count | null> {
    const { name } = this.options;
    let found = counted;
    const end = (count: Count | null): Decision => {
      found = count;
      return { isAllowed: true, next: this.#policy.end(count, outcome, Date.now()) };
    };
    try {
      await this.store.decide(name, key, end, counted);
      return found;
    } finally {
      if (outcome === 'succeeded') this.#refusals.forget(textOf(key));
      this.#queue.notify(textOf(key), outcome === 'succeeded');
      reportLimit(name, outcome);
    }
  }
}
