import { jest } from '@jest/globals';

const realNow = Date.now.bind(Date);

/** Moves the clock of the program under test, which lives in this process. Timers go on as before. */
export class MovedClock {
  #byMs = 0;

  constructor() {
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + this.#byMs);
  }

  /** Milliseconds on top of those that it was moved by before. */
  move(ms: number): void {
    this.#byMs += ms;
  }

  /** Sets it right again. */
  restore(): void {
    this.#byMs = 0;
    jest.restoreAllMocks();
  }
}
