import { jest } from '@jest/globals';

const realNow = Date.now.bind(Date);

/** Moves the clock of the program under test, which runs in this process. Timers are not affected. */
export class MovedClock {
  #byMs = 0;

  constructor() {
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + this.#byMs);
  }

  /** Moves it further by this time. */
  move(ms: number): void {
    this.#byMs += ms;
  }

  /** Restores the real time. */
  restore(): void {
    this.#byMs = 0;
    jest.restoreAllMocks();
  }
}
