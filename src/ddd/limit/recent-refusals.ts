/** Refusals per second above which it is a flood: more than a person or a well-behaved client causes. */
const floodSize = 5;
/** How often a flood postpones the next attempt. */
const postponedEveryMs = 100;
/** Maximum number of keys remembered. */
const maxKeys = 10_000;
/** A flood that never ends must not lock everyone out. */
const maxFloodMs = 30_000;

interface Refusals {
  /** Start of the second that is counted. */
  readonly startedAt: number;
  readonly floodStartedAt: number;
  count: number;
  postponedAt: number;
}

/**
 * The keys whose attempts this process has refused. Recognizes attempts that were sent together and arrive one after
 * another: the last may arrive after the wait that the first caused, and must not be allowed because of that.
 */
export class RecentRefusals {
  readonly #keys = new Map<string, Refusals>();

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  forget(key: string): void {
    this.#keys.delete(key);
  }

  /**
   * Records a refusal, at a moment in epoch milliseconds.
   * @returns true in a flood, when the next attempt is to be postponed
   */
  add(key: string, now: number): boolean {
    const known = this.#keys.get(key);
    const ageMs = known === undefined ? Infinity : Math.abs(now - known.startedAt);
    const floodStartedAt = known && ageMs < 2_000 ? known.floodStartedAt : now;
    const refusals =
      known && ageMs < 1_000 ? known : { startedAt: now, floodStartedAt, count: 0, postponedAt: 0 };
    if (refusals !== known) this.#remember(key, refusals);
    if (++refusals.count <= floodSize || now - refusals.postponedAt < postponedEveryMs) return false;
    if (now - refusals.floodStartedAt > maxFloodMs) return false;
    refusals.postponedAt = now;
    return true;
  }

  /** Of too many keys, the one refused longest ago is forgotten. */
  #remember(key: string, refusals: Refusals): void {
    this.#keys.delete(key);
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined && this.#keys.size >= maxKeys) this.#keys.delete(oldest);
    this.#keys.set(key, refusals);
  }
}
