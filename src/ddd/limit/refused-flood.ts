/** Refusals per second above which it is a flood: more than a person or a well-behaved client causes. */
const floodSize = 5;
/** How often a flood postpones the next attempt. */
const postponedEveryMs = 100;
/** Maximum number of keys watched. */
const maxKeys = 10_000;
/** A flood that never ends must not lock everyone out. */
const maxFloodMs = 30_000;

interface Refused {
  /** Start of the second that is counted. */
  readonly startedAt: number;
  /** Start of the flood. */
  readonly beganAt: number;
  refusals: number;
  postponedAt: number;
}

/**
 * Recognizes attempts that were sent together and arrive one after another. The last may arrive after the wait that the
 * first caused, and must not be allowed because of that.
 */
export class RefusedFlood {
  readonly #keys = new Map<string, Refused>();

  /**
   * Notes that an attempt was refused, at a moment in epoch milliseconds.
   * @returns whether the next attempt is to be postponed
   */
  isFlood(key: string, now: number): boolean {
    const known = this.#keys.get(key);
    const ageMs = known === undefined ? Infinity : Math.abs(now - known.startedAt);
    const beganAt = known && ageMs < 2_000 ? known.beganAt : now;
    const refused = known && ageMs < 1_000 ? known : { startedAt: now, beganAt, refusals: 0, postponedAt: 0 };
    if (this.#keys.size >= maxKeys) this.#keys.clear();
    this.#keys.set(key, refused);
    if (++refused.refusals <= floodSize || now - refused.postponedAt < postponedEveryMs) return false;
    if (now - refused.beganAt > maxFloodMs) return false;
    refused.postponedAt = now;
    return true;
  }
}
