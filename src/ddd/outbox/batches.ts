interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes items in batches: those of one turn of the event loop together, and those that arrive while a batch is written
 * in the next one. So no item waits for others to come.
 */
export class Batches<Item, Outcome> {
  readonly #waiting: Waiting<Item, Outcome>[] = [];
  #isWriting = false;

  /** @param write returns an outcome for each item, or throws and has written nothing */
  constructor(private readonly write: (items: readonly Item[]) => Promise<readonly Outcome[]>) {}

  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      setImmediate(() => void this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length) {
      const batch = this.#waiting.splice(0);
      // One that cannot be written, for example because its row is locked, must not hold up the others.
      if (!(await this.#writeTogether(batch))) for (const one of batch) await this.#writeAlone(one);
    }
    this.#isWriting = false;
  }

  async #writeTogether(batch: readonly Waiting<Item, Outcome>[]): Promise<boolean> {
    if (batch.length === 1) return false;
    try {
      const outcomes = await this.write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
      return true;
    } catch {
      return false;
    }
  }

  async #writeAlone({ item, resolve, reject }: Waiting<Item, Outcome>): Promise<void> {
    try {
      const [outcome] = await this.write([item]);
      resolve(outcome as Outcome);
    } catch (error) {
      reject(error);
    }
  }
}
