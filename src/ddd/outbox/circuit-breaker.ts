import type { Clock } from './clock.js';

const second = 1_000;
const minute = 60 * second;

/** How a delivery ended for the service behind it: it answered, it did not, or nobody knows. */
export type Sign = 'well' | 'failing' | 'unknown';

/** Milliseconds, and failures in a row. */
export interface BreakerLimits {
  readonly failures: number;
  readonly firstPause: number;
  readonly longestPause: number;
  /** The longest pause that the service itself may ask for. */
  readonly longestAsked: number;
}

const usual: BreakerLimits = {
  failures: 10,
  firstPause: second,
  longestPause: minute,
  longestAsked: 15 * minute,
};

/**
 * Holds deliveries back from a service that keeps failing. After a pause it lets one through as a probe: a sign of life
 * closes it, another failure opens it for twice as long, up to a cap.
 */
export class CircuitBreaker {
  #failures = 0;
  #pause = 0;
  #probeAt = 0;
  #isProbing = false;

  constructor(
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly limits: BreakerLimits = usual,
  ) {}

  get isOpen(): boolean {
    return this.#pause > 0;
  }

  /** How many deliveries may begin now. */
  get room(): number {
    if (!this.isOpen) return Infinity;
    return this.#isProbing || this.wait > 0 ? 0 : 1;
  }

  /** Milliseconds until the next probe may begin. */
  get wait(): number {
    return this.isOpen ? Math.max(0, this.#probeAt - this.clock.elapsed()) : 0;
  }

  /** Counts a delivery that begins. @returns to be called once, with how it ended */
  begin(): (sign: Sign, askedPause?: number) => void {
    const isProbe = this.isOpen;
    if (isProbe) this.#isProbing = true;
    return (sign, askedPause = 0) => {
      if (isProbe) this.#isProbing = false;
      if (sign === 'well') this.#close();
      else if (sign === 'failing') this.#failed(isProbe, askedPause);
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#pause = 0;
  }

  #failed(isProbe: boolean, askedPause: number): void {
    const { failures, firstPause, longestPause, longestAsked } = this.limits;
    this.#failures++;
    // What began before it opened says nothing new.
    if (this.isOpen ? !isProbe : this.#failures < failures) return;
    this.#pause = this.isOpen ? Math.min(2 * this.#pause, longestPause) : firstPause;
    this.#probeAt = this.clock.elapsed() + Math.max(this.#pause, Math.min(askedPause, longestAsked));
  }
}
