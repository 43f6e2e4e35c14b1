import { Injectable } from '@nestjs/common';

/**
 * The two kinds of time: the wall clock for what is stored and shared with other processes, and the monotonic clock for
 * what only this process measures.
 */
@Injectable()
export class Clock {
  /** Epoch milliseconds. May jump either way when the clock is set. */
  now(): number {
    return Date.now();
  }

  /** Milliseconds since an arbitrary moment. Never jumps. */
  elapsed(): number {
    return performance.now();
  }
}
