import type { Clock } from './clock.js';

const second = 1_000;
const minute = 60 * second;

/** What a delivery says about the service behind it: healthy, failing, or nothing. */
export type Sign = 'healthy' | 'failing' | 'unknown';

/** Durations in milliseconds, and a number of consecutive failures. */
export interface BreakerLimits {
  readonly failures: number;
  readonly initialPauseMs: number;
  readonly maxPauseMs: number;
  /** The longest pause that the service itself may request. */
  readonly maxRequestedPauseMs: number;
}

const defaultLimits: BreakerLimits = {
  failures: 10,
  initialPauseMs: second,
  maxPauseMs: minute,
  maxRequestedPauseMs: 5 * minute,
};

/** How a delivery ended. */
export interface DeliveryEnd {
  readonly sign: Sign;
  /** How long the service asked to wait. */
  readonly requestedPauseMs?: number;
  /** Safe to show: nothing personal. */
  readonly reason?: string;
}

/** Why and until when deliveries are held back. A new object at every change. */
export interface Hold {
  /** Both on the monotonic clock. */
  readonly since: number;
  readonly probeAt: number;
  readonly pauseMs: number;
  readonly reason: string;
}

/**
 * Holds deliveries back from a service that keeps failing. After a pause it lets one through as a probe: a success
 * closes it, another failure opens it for twice as long, up to a cap.
 */
export class CircuitBreaker {
  #failures = 0;
  #hold: Hold | undefined;
  #isProbing = false;

  constructor(
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly limits: BreakerLimits = defaultLimits,
  ) {}

  /** Undefined while it is closed. */
  get hold(): Hold | undefined {
    return this.#hold;
  }

  get isOpen(): boolean {
    return this.#hold !== undefined;
  }

  /** How many deliveries may begin now. */
  get availableSlots(): number {
    if (!this.isOpen) return Infinity;
    return this.#isProbing || this.wait > 0 ? 0 : 1;
  }

  /** Milliseconds until the next probe may begin. */
  get wait(): number {
    return this.#hold ? Math.max(0, this.#hold.probeAt - this.clock.elapsed()) : 0;
  }

  /**
   * Counts a delivery that begins. One that begins without a free slot, at an operator's request, closes the breaker
   * when it succeeds, and changes nothing otherwise.
   * @returns a function to be called once, with the outcome
   */
  begin(): (end: DeliveryEnd) => void {
    const isProbe = this.isOpen && this.availableSlots > 0;
    if (isProbe) this.#isProbing = true;
    return (end) => {
      if (isProbe) this.#isProbing = false;
      if (end.sign === 'healthy') this.#close();
      else if (end.sign === 'failing') this.#failed(isProbe, end);
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#hold = undefined;
  }

  #failed(isProbe: boolean, { requestedPauseMs = 0, reason = 'unknown' }: DeliveryEnd): void {
    const { failures, initialPauseMs, maxPauseMs, maxRequestedPauseMs } = this.limits;
    this.#failures++;
    // A delivery that began before the breaker opened says nothing new.
    if (this.isOpen ? !isProbe : this.#failures < failures) return;
    const now = this.clock.elapsed();
    const pauseMs = this.#hold ? Math.min(2 * this.#hold.pauseMs, maxPauseMs) : initialPauseMs;
    const probeAt = now + Math.max(pauseMs, Math.min(requestedPauseMs, maxRequestedPauseMs));
    this.#hold = { since: this.#hold?.since ?? now, probeAt, pauseMs, reason };
  }
}
