/** Refusals within a second that are a flood: more than a person causes, or a client that waits as it is told. */
const floodSize = 5;
/** How often a flood lets a wait start anew. */
const postponedEveryMs = 100;
/** Maximum number of keys watched. */
const maxKeys = 10_000;

interface Refused {
  readonly startedAt: number;
  refusals: number;
  postponedAt: number;
}

/**
 * Recognizes attempts that were sent together and arrive one after another: the last may arrive when the wait that the
 * first of them caused is over, and must not get in by that.
 */
export class RefusedFlood {
  readonly #keys = new Map<string, Refused>();

  /**
   * Notes that an attempt was refused, at a moment in epoch milliseconds.
   * @returns whether the wait is to start anew
   */
  isFlood(key: string, now: number): boolean {
    const known = this.#keys.get(key);
    const isRecent = known !== undefined && Math.abs(now - known.startedAt) < 1_000;
    const refused = isRecent ? known : { startedAt: now, refusals: 0, postponedAt: 0 };
    if (this.#keys.size >= maxKeys) this.#keys.clear();
    this.#keys.set(key, refused);
    if (++refused.refusals <= floodSize || now - refused.postponedAt < postponedEveryMs) return false;
    refused.postponedAt = now;
    return true;
  }
}
