/** How long a request may wait in a burst, calculated with the time of a hash on a quiet machine. */
const burstWaitMs = 2_000;
/** A queue that has not been empty for this long persists: more arrives than can be served. */
const standingAfterMs = 1_000;

/**
 * Decides who may wait in a queue (controlled delay, RFC 8289). A burst is not a flood: requests are refused because a
 * queue persists, not because it is momentarily long. Exceeding even the longer queue of a burst makes it a flood.
 */
export class ControlledDelay {
  /** When the queue was last seen empty, in `performance.now()`. */
  private emptyAt = 0;
  private arrivedSinceEmpty = 0;

  /**
   * @param maxWaitMs in a queue that persists
   * @param quietPaceMs between two that leave the queue, on a quiet machine
   */
  constructor(
    private readonly maxWaitMs: number,
    private readonly quietPaceMs: number,
  ) {}

  /**
   * @param position in the queue, from 1
   * @param paceMs between two that leave the queue, at present
   * @returns `flood` when those at the end of the queue are to leave as well
   */
  judge(position: number, paceMs: number): 'admitted' | 'refused' | 'flood' {
    if (position === 1) {
      this.emptyAt = performance.now();
      this.arrivedSinceEmpty = 0;
    }
    this.arrivedSinceEmpty++;
    if (this.isStanding) return position * paceMs <= this.maxWaitMs ? 'admitted' : 'refused';
    if (position * this.quietPaceMs <= Math.max(burstWaitMs, this.maxWaitMs)) return 'admitted';
    this.emptyAt = -Infinity;
    this.arrivedSinceEmpty = Infinity;
    return 'flood';
  }

  /** How many may stay in a flood. */
  slots(paceMs: number): number {
    return Math.floor(this.maxWaitMs / paceMs);
  }

  /** On a busy machine a burst takes longer to arrive and to be served, but is still no flood. */
  private get isStanding(): boolean {
    const hasStoodMs = performance.now() - this.emptyAt;
    return hasStoodMs > standingAfterMs && this.arrivedSinceEmpty * this.quietPaceMs > standingAfterMs;
  }
}
