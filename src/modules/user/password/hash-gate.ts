import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { hashSteps, queueSteps } from './hash-steps.js';
import { HashingSaturatedError } from './password.errors.js';

export interface HashGateFigures {
  readonly running: number;
  readonly waiting: number;
  /** Requests refused since the start. */
  readonly shed: number;
  /** Milliseconds one hash takes of late. */
  readonly meanTime: number;
}

/** Work of Argon2id in a millisecond, in KiB times passes: half of what two cloud cores were measured to do. */
const kibPassesPerMillisecond = 2_000;

/** Weight of the newest hash in the mean: the last twenty or so decide. */
const weight = 0.1;

/** Milliseconds after which everybody may try again, however many were turned away before. */
const longestRetry = 30_000;

/** Lets a few hashes at a time into the thread pool that the database shares; the rest wait in line, or are refused. */
@Injectable()
export class HashGate {
  private readonly limits: Settings['password'];
  private readonly line = new Set<() => void>();
  private running = 0;
  private shed = 0;
  private meanTime: number;
  /** When all who were turned away so far could have had their turn, one after another, in `performance.now()`. */
  private turnsTakenUntil = 0;

  constructor(settings: Settings) {
    this.limits = settings.password;
    this.meanTime = (this.limits.memoryKib * this.limits.iterations) / kibPassesPerMillisecond;
  }

  /**
   * @param signal takes the caller out of the line; a hash that has begun runs to its end
   * @throws HashingSaturatedError at once, when the line is full or the wait would be too long
   */
  async run<Result>(hash: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.running < this.limits.concurrency) this.running++;
    else await queueSteps.run('password', () => this.queue(signal));
    try {
      signal?.throwIfAborted();
      return await hashSteps.run('password', () => this.timed(hash));
    } finally {
      this.leave();
    }
  }

  get figures(): HashGateFigures {
    return { running: this.running, waiting: this.line.size, shed: this.shed, meanTime: this.meanTime };
  }

  private async queue(signal?: AbortSignal): Promise<void> {
    const expectedWait = (this.line.size + 1) * this.pace;
    if (this.line.size >= this.limits.queueLimit || expectedWait > this.limits.maxWait) this.turnAway();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.line.delete(enter);
        reject(signal?.reason as Error);
      };
      this.line.add(enter);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Milliseconds from one hash that ends to the next. */
  private get pace(): number {
    return this.meanTime / this.limits.concurrency;
  }

  /** Gives each a turn of its own to come back for: told the same second, all would be back at once. */
  private turnAway(): never {
    this.shed++;
    const now = performance.now();
    const after = Math.max(now + this.line.size * this.pace, this.turnsTakenUntil);
    this.turnsTakenUntil = Math.min(after + this.pace, now + longestRetry);
    throw new HashingSaturatedError(Math.max(1, Math.ceil((this.turnsTakenUntil - now) / 1_000)));
  }

  private async timed<Result>(hash: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    const result = await hash();
    this.meanTime += weight * (performance.now() - started - this.meanTime);
    return result;
  }

  /** Hands the place to the next in line without giving it up in between, so that no newcomer overtakes. */
  private leave(): void {
    const [next] = this.line;
    if (!next) {
      this.running--;
      return;
    }
    this.line.delete(next);
    next();
  }
}
