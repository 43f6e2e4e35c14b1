import type { ClientRateLimitInfo, Store } from 'express-rate-limit';

/**
 * Counts the requests of each client within its window, for a limited number of clients: the memory is bounded, however
 * many addresses appear. All windows have the same length, so the client counted first is also the first whose window
 * ends, and the one that is evicted. (The limiter's own store keeps a counter for every address of the last two
 * windows.)
 */
export class BoundedStore implements Store {
  readonly #counted = new Map<string, ClientRateLimitInfo & { resetTime: Date }>();

  constructor(
    private readonly windowMs: number,
    private readonly maxClients: number,
  ) {}

  get size(): number {
    return this.#counted.size;
  }

  increment(client: string): ClientRateLimitInfo {
    this.#forgive(Date.now());
    const { totalHits, resetTime } = this.#counted.get(client) ?? this.#enter();
    const counted = { totalHits: totalHits + 1, resetTime };
    this.#counted.set(client, counted);
    return counted;
  }

  decrement(client: string): void {
    const counted = this.#counted.get(client);
    if (counted) this.#counted.set(client, { ...counted, totalHits: counted.totalHits - 1 });
  }

  resetKey(client: string): void {
    this.#counted.delete(client);
  }

  #enter() {
    const [first] = this.#counted.keys();
    if (first !== undefined && this.#counted.size >= this.maxClients) this.#counted.delete(first);
    return { totalHits: 0, resetTime: new Date(Date.now() + this.windowMs) };
  }

  #forgive(now: number): void {
    for (const [client, { resetTime }] of this.#counted) {
      if (resetTime.getTime() > now) return;
      this.#counted.delete(client);
    }
  }
}
