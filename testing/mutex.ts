/** A fair mutex: grants it to one caller at a time, in the order of requests. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the mutex. @returns a function that releases it */
  async take(): Promise<() => void> {
    let end = () => {};
    const previous = this.#last;
    this.#last = new Promise((resolve) => (end = resolve));
    await previous;
    return end;
  }
}
