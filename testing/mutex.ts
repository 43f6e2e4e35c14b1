/** Gives out turns, one at a time and in the order in which they were asked for. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();

  /** Waits for a turn. @returns ends it */
  async take(): Promise<() => void> {
    let end = () => {};
    const previous = this.#last;
    this.#last = new Promise((resolve) => (end = resolve));
    await previous;
    return end;
  }
}
