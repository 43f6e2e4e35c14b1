import { setImmediate as afterAnswering } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { hashSpans, queueSpans } from './hash-spans.js';
import { HashingSaturatedError } from './password.errors.js';

export interface HashLimiterStats {
  readonly running: number;
  readonly waiting: number;
  /** Requests refused since the start. */
  readonly shed: number;
  /** Recent mean of the milliseconds per hash. */
  readonly meanTimeMs: number;
}

/** Argon2id work per millisecond, in KiB times passes: half of what two cloud cores were measured to do. */
const kibPassesPerMillisecond = 2_000;

/** Weight of the newest hash in the mean: about the last twenty decide. */
const weight = 0.1;

/** How long a request may wait in a burst, calculated with the time of a hash on a quiet machine. */
const burstWaitMs = 2_000;
/** A queue that has not been empty for this long persists: more arrives than can be served. */
const standingAfterMs = 1_000;
/** A refusal is delayed, because clients that retry immediately take the processor from the hashes. */
const refusalDelayMs = 100;

/** The time after which every client may retry, however many were rejected before. */
const maxRetryAfterMs = 30_000;

/**
 * Admits a few hashes at a time into the thread pool that the database shares; the others wait in a queue, or are
 * refused.
 *
 * A burst is not a flood: requests are refused because a queue persists, not because it is momentarily long (controlled
 * delay, RFC 8289). Exceeding even the longer queue of a burst makes it a flood.
 */
@Injectable()
export class HashLimiter {
  private readonly limits: Settings['password'];
  private readonly queue = new Map<() => void, () => void>();
  private running = 0;
  private shed = 0;
  private meanTimeMs: number;
  /** Milliseconds between the ends of two hashes on a quiet machine. */
  private readonly quietPace: number;
  /** When the queue was last seen empty, in `performance.now()`. */
  private emptyAt = 0;
  private arrivedSinceEmpty = 0;
  /** When all clients rejected so far could have been served, one after another, in `performance.now()`. */
  private slotsReservedUntil = 0;

  constructor(settings: Settings) {
    this.limits = settings.password;
    this.meanTimeMs = (this.limits.memoryKib * this.limits.iterations) / kibPassesPerMillisecond;
    this.quietPace = this.pace;
  }

  /**
   * @param signal removes the caller from the queue; a hash that has begun runs to its end
   * @throws HashingSaturatedError soon, when the queue is full or the wait would be too long
   */
  async run<Result>(hash: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.running < this.limits.concurrency) this.running++;
    else await queueSpans.run('password', () => this.enqueue(signal));
    try {
      signal?.throwIfAborted();
      return await hashSpans.run('password', () => this.timed(hash));
    } finally {
      void this.leave();
    }
  }

  get stats(): HashLimiterStats {
    return { running: this.running, waiting: this.queue.size, shed: this.shed, meanTimeMs: this.meanTimeMs };
  }

  private async enqueue(signal?: AbortSignal): Promise<void> {
    if (!this.admits()) return this.reject();
    const granted = new Promise<boolean>((resolve, reject) => {
      const enter = () => settle(true);
      const giveUp = () => {
        this.queue.delete(enter);
        reject(signal?.reason as Error);
      };
      const settle = (isServed: boolean) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(isServed);
      };
      this.queue.set(enter, () => settle(false));
      signal?.addEventListener('abort', giveUp, { once: true });
    });
    if (!(await granted)) await this.reject();
  }

  private admits(): boolean {
    const position = this.queue.size + 1;
    if (position === 1) {
      this.emptyAt = performance.now();
      this.arrivedSinceEmpty = 0;
    }
    this.arrivedSinceEmpty++;
    if (position > this.limits.queueLimit) return false;
    if (this.isStanding) return position * this.pace <= this.limits.maxWaitMs;
    const isBurst = position * this.quietPace <= Math.max(burstWaitMs, this.limits.maxWaitMs);
    if (!isBurst) this.cutBack();
    return isBurst;
  }

  /** On a busy machine a burst takes longer to arrive and to be served, but is still no flood. */
  private get isStanding(): boolean {
    const hasStoodMs = performance.now() - this.emptyAt;
    return hasStoodMs > standingAfterMs && this.arrivedSinceEmpty * this.quietPace > standingAfterMs;
  }

  /** Refuses the requests at the end of a persistent queue that would wait too long. */
  private cutBack(): void {
    this.emptyAt = -Infinity;
    this.arrivedSinceEmpty = Infinity;
    const slots = Math.floor(this.limits.maxWaitMs / this.pace);
    for (const [enter, refuse] of [...this.queue].slice(slots)) {
      this.queue.delete(enter);
      refuse();
    }
  }

  /** Milliseconds between the ends of two hashes. */
  private get pace(): number {
    return this.meanTimeMs / this.limits.concurrency;
  }

  /** Reserves a slot for each rejected client: with the same delay, all would return at once. */
  private async reject(): Promise<never> {
    this.shed++;
    const now = performance.now();
    const after = Math.max(now + this.queue.size * this.pace, this.slotsReservedUntil);
    this.slotsReservedUntil = Math.min(after + this.pace, now + maxRetryAfterMs);
    const retryAfterSeconds = Math.max(1, Math.ceil((this.slotsReservedUntil - now) / 1_000));
    await new Promise((resolve) => setTimeout(resolve, refusalDelayMs));
    throw new HashingSaturatedError(retryAfterSeconds);
  }

  private async timed<Result>(hash: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    const result = await hash();
    this.meanTimeMs += weight * (performance.now() - started - this.meanTimeMs);
    return result;
  }

  /**
   * Passes the slot to the next in the queue directly, so that no newcomer overtakes; but first lets this thread handle
   * what has arrived meanwhile, because the hash would take its core.
   */
  private async leave(): Promise<void> {
    if (this.queue.size) await afterAnswering();
    const [next] = this.queue.keys();
    if (!next) {
      this.running--;
      return;
    }
    this.queue.delete(next);
    next();
  }
}
