/** A sleep that a call ends, even a call before the sleep begins. */
export class WakeableSleep {
  #isWoken = false;
  #end = () => {};

  /** Whether a call has come since the last reset. */
  get isWoken(): boolean {
    return this.#isWoken;
  }

  /** Forgets earlier calls: their cause is about to be handled. */
  reset(): void {
    this.#isWoken = false;
  }

  wake(): void {
    this.#isWoken = true;
    this.#end();
  }

  async sleep(durationMs: number): Promise<void> {
    if (this.#isWoken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
