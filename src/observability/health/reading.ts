/** The last known value of something that may fail to respond, its age, and why there is no newer one. */
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

  /** Keeps the last known value. */
  fail(reason: string): void {
    if (this.#failure === undefined) this.#changedAt = Date.now();
    this.#failure = reason;
    this.#triedAt = performance.now();
  }

  /** Undefined until the first success. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Why the last attempt failed; undefined when it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Milliseconds since the value was read; infinite before the first success. */
  get ageMs(): number {
    return performance.now() - this.#readAt;
  }

  /** Milliseconds since the last attempt. */
  get triedAgoMs(): number {
    return performance.now() - this.#triedAt;
  }

  /** Epoch milliseconds of the last change between success and failure. */
  get changedAtMs(): number {
    return this.#changedAt;
  }
}
