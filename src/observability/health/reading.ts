/** What was last read of something that may fail to answer: the last known value, its age, and why there is no newer one. */
export class Reading<Value> {
  #value: Value | undefined;
  #failure: string | undefined;
  #readAt = -Infinity;
  #triedAt = -Infinity;
  #changedAt = Date.now();

  set(value: Value): void {
    if (this.#failure !== undefined) this.#changedAt = Date.now();
    this.#value = value;
    this.#failure = undefined;
    this.#readAt = this.#triedAt = performance.now();
  }

  /** The value that is known stays. */
  fail(reason: string): void {
    if (this.#failure === undefined) this.#changedAt = Date.now();
    this.#failure = reason;
    this.#triedAt = performance.now();
  }

  /** Undefined until it was read once. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Why the last try failed; undefined when it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Milliseconds since the value was read; infinite until then. */
  get ageMs(): number {
    return performance.now() - this.#readAt;
  }

  /** Milliseconds since the last try. */
  get triedAgoMs(): number {
    return performance.now() - this.#triedAt;
  }

  /** Epoch milliseconds since when it can be read, or cannot. */
  get changedAtMs(): number {
    return this.#changedAt;
  }
}
