/** Counts, and milliseconds. */
export interface SlowTolerantLimits {
  /** Maximum number in flight, as long as each ends soon. */
  readonly maxQuick: number;
  /** Maximum number in flight, including slow ones. */
  readonly maxTotal: number;
  readonly slowAfterMs: number;
}

/**
 * Limits the work in flight, first come, first served. Slow work no longer counts as quick: a few slow recipients hold
 * only connections of their own.
 */
export class SlowTolerantLimit {
  readonly #waiting: (() => void)[] = [];
  #quick = 0;
  #total = 0;

  constructor(private readonly limits: SlowTolerantLimits) {}

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#slot();
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      this.#quick--;
      this.#admit();
    }, this.limits.slowAfterMs).unref();
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (!isSlow) this.#quick--;
      this.#total--;
      this.#admit();
    }
  }

  async #slot(): Promise<void> {
    await new Promise<void>((admitted) => {
      this.#waiting.push(admitted);
      this.#admit();
    });
  }

  #admit(): void {
    const { maxQuick, maxTotal } = this.limits;
    while (this.#waiting.length && this.#quick < maxQuick && this.#total < maxTotal) {
      this.#quick++;
      this.#total++;
      this.#waiting.shift()?.();
    }
  }
}
