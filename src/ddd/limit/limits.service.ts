import { Injectable } from '@nestjs/common';
import type { OpenUnit } from '../worker/index.js';
import { DatabaseCountStore, LimitSecret } from './database-count-store.js';
import { reportLimit } from './limit-channel.js';
import { LimitReachedError, secondsUntil } from './limit.errors.js';
import { assertLimit } from './limit.js';
import type { Limit, LimitKey } from './limit.js';
import { MemoryCountStore } from './memory-count-store.js';
import { decideInWindow } from './window-policy.js';

/** The state of a limit for a key, after counting once more. */
export interface Standing {
  readonly isAllowed: boolean;
  /** How many more the window allows. */
  readonly remaining: number;
  /** Whole seconds until the window is over, at least 1. */
  readonly resetSeconds: number;
}

/**
 * Counts what is limited. From a rule:
 *
 *     await this.limits.enforce({ name: 'exports', max: 10, perMs: hour }, account.id);
 */
@Injectable()
export class Limits {
  readonly #memory = new MemoryCountStore();

  constructor(
    private readonly database: DatabaseCountStore,
    private readonly secret: LimitSecret,
  ) {}

  /**
   * Counts one more, unless the limit is reached.
   * @param unit counts in this unit of work, so that the count is rolled back with it; only for counts in the database
   */
  async take(limit: Limit, key: LimitKey, unit?: OpenUnit): Promise<Standing> {
    assertLimit(limit);
    const decision = await this.#decide(limit, key, unit);
    reportLimit(limit.name, decision.isAllowed ? 'allowed' : 'refused');
    if (!decision.isAllowed)
      return { isAllowed: false, remaining: 0, resetSeconds: secondsUntil(decision.retryAt ?? 0) };
    const { count = 0, expiresAt } = decision.next ?? {};
    return { isAllowed: true, remaining: limit.max - count, resetSeconds: secondsUntil(expiresAt ?? 0) };
  }

  /** @throws LimitReachedError when the limit is reached */
  async enforce(limit: Limit, key: LimitKey, unit?: OpenUnit): Promise<void> {
    const { isAllowed, resetSeconds } = await this.take(limit, key, unit);
    if (!isAllowed) throw new LimitReachedError(limit, resetSeconds);
  }

  #decide(limit: Limit, key: LimitKey, unit: OpenUnit | undefined) {
    const decide: Parameters<DatabaseCountStore['decide']>[2] = (count) =>
      decideInWindow(limit, count, Date.now());
    if (limit.store !== 'database') return this.#memory.decide(limit.name, key, decide);
    if (!unit) return this.database.decide(limit.name, key, decide);
    return new DatabaseCountStore(unit, this.secret).decideConcurrently(limit.name, key, decide);
  }
}
