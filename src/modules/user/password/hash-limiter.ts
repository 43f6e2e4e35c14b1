import { setImmediate as afterPendingEvents } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { ControlledDelay } from './controlled-delay.js';
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

/** A refusal is delayed, because clients that retry immediately take the processor from the hashes. */
const refusalDelayMs = 100;

/** The time after which every client may retry, however many were rejected before. */
const maxRetryAfterMs = 30_000;

/**
 * Admits a few hashes at a time into the thread pool that the database shares; the others wait in a queue, or are
 * refused by controlled delay.
 */
@Injectable()
export class HashLimiter {
  private readonly limits: Settings['password'];
  private readonly queue = new Map<() => void, () => void>();
  private running = 0;
  private shed = 0;
  private meanTimeMs: number;
  private readonly delay: ControlledDelay;
  /** Of slots that are reserved by requests that wait elsewhere. */
  private readonly reservationDelay: ControlledDelay;
  /** When all clients rejected so far could have been served, one after another, in `performance.now()`. */
  private slotsReservedUntil = 0;

  constructor(settings: Settings) {
    this.limits = settings.password;
    this.meanTimeMs = (this.limits.memoryKib * this.limits.iterations) / kibPassesPerMillisecond;
    this.delay = new ControlledDelay(this.limits.maxWaitMs, this.pace);
    this.reservationDelay = new ControlledDelay(this.limits.maxWaitMs, this.pace);
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

  /**
   * Whether a request that waits elsewhere may reserve a slot.
   * @param reserved how many are reserved already
   */
  judgeReservation(reserved: number): ReturnType<ControlledDelay['judge']> {
    return this.reservationDelay.judge(this.queue.size + reserved + 1, this.pace);
  }

  /** How many slots may stay reserved in a flood. */
  get availableReservations(): number {
    return Math.max(0, this.reservationDelay.slots(this.pace) - this.queue.size);
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
    const judged = this.delay.judge(this.queue.size + 1, this.pace);
    if (judged === 'flood') this.cutBack();
    return judged === 'admitted' && this.queue.size < this.limits.queueLimit;
  }

  /** Refuses the requests at the end of a persistent queue that would wait too long. */
  private cutBack(): void {
    for (const [enter, refuse] of [...this.queue].slice(this.delay.slots(this.pace))) {
      this.queue.delete(enter);
      refuse();
    }
  }

  /** Milliseconds between the ends of two hashes. */
  private get pace(): number {
    return this.meanTimeMs / this.limits.concurrency;
  }

  /**
   * Reserves a slot for each rejected client: with the same delay, all would return at once.
   * @throws HashingSaturatedError after a moment
   */
  async reject(): Promise<never> {
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
    if (this.queue.size) await afterPendingEvents();
    const [next] = this.queue.keys();
    if (!next) {
      this.running--;
      return;
    }
    this.queue.delete(next);
    next();
  }
}
