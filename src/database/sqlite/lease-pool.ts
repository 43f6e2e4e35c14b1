/** Something borrowed until it is given back. */
export interface Lease<Item> {
  readonly item: Item;
  /** Gives the item to whoever waits longest; a second call does nothing. */
  release(): void;
}

export interface LeaseLimits {
  /** Longest wait for an item, in milliseconds. */
  readonly maxWait: number;
  /** Most callers that may wait at once. */
  readonly maxWaiting: number;
}

export interface LeaseFigures {
  readonly busy: number;
  readonly idle: number;
  /** Callers in line. */
  readonly waiting: number;
}

/** Nobody gave an item back in time. Carries SQLite's own code for it, so that it is read as one. */
export class LeaseTimeoutError extends Error {
  override readonly name = 'LeaseTimeoutError';
  readonly code = 'SQLITE_BUSY';
}

interface Waiter<Item> {
  grant(item: Item): void;
  readonly timer: NodeJS.Timeout;
}

/** Hands out a fixed set of items, first come, first served. A pool of one is a fair lock. */
export class LeasePool<Item> {
  readonly #idle: Item[];
  readonly #waiting = new Set<Waiter<Item>>();
  private readonly size: number;

  constructor(
    items: readonly Item[],
    private readonly limits: LeaseLimits,
  ) {
    this.#idle = [...items];
    this.size = items.length;
  }

  get figures(): LeaseFigures {
    const idle = this.#idle.length;
    return { busy: this.size - idle, idle, waiting: this.#waiting.size };
  }

  /** @throws LeaseTimeoutError when the wait or the queue is over its limit */
  async acquire(): Promise<Lease<Item>> {
    const item = this.#idle.pop();
    if (item !== undefined) return this.#lease(item);
    const { maxWait, maxWaiting } = this.limits;
    if (this.#waiting.size >= maxWaiting)
      throw new LeaseTimeoutError(`More than ${maxWaiting} callers wait for a database connection`);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Item> = {
        grant: (granted) => resolve(this.#lease(granted)),
        timer: setTimeout(() => {
          this.#waiting.delete(waiter);
          reject(new LeaseTimeoutError(`No database connection became free within ${maxWait} ms`));
        }, maxWait),
      };
      this.#waiting.add(waiter);
    });
  }

  #lease(item: Item): Lease<Item> {
    let held = true;
    return {
      item,
      release: () => {
        if (held) this.#giveBack(item);
        held = false;
      },
    };
  }

  #giveBack(item: Item): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#idle.push(item);
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.grant(item);
  }
}
