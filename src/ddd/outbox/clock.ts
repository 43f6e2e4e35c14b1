import { Injectable } from '@nestjs/common';

/** The two kinds of time: what is written down and shared with other processes, and what only this process measures. */
@Injectable()
export class Clock {
  /** Epoch milliseconds. May jump either way when somebody sets the clock. */
  now(): number {
    return Date.now();
  }

  /** Milliseconds since some moment. Never jumps. */
  elapsed(): number {
    return performance.now();
  }
}
