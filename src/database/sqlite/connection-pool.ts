/** An item that is borrowed until it is released. */
export interface PooledConnection<Item> {
  readonly item: Item;
  /** Releases the item to the caller that has waited longest; a second call does nothing. */
  release(): void;
}

export interface PoolLimits {
  /** Maximum wait for an item, in milliseconds. */
  readonly maxWaitMs: number;
  /** Maximum number of waiting callers. */
  readonly maxWaiting: number;
}

export interface PoolStats {
  readonly busy: number;
  readonly idle: number;
  /** Number of waiting callers. */
  readonly waiting: number;
}

/** No item was released in time. It has SQLite's own code for that, and is handled like SQLite's error. */
export class PoolTimeoutError extends Error {
  override readonly name = 'PoolTimeoutError';
  readonly code = 'SQLITE_BUSY';
}

interface Waiter<Item> {
  grant(item: Item): void;
  readonly timer: NodeJS.Timeout;
}

/** Lends a fixed set of items, first come, first served. A pool of one is a fair mutex. */
export class ConnectionPool<Item> {
  readonly #idle: Item[];
  readonly #waiting = new Set<Waiter<Item>>();
  private readonly size: number;

  constructor(
    items: readonly Item[],
    private readonly limits: PoolLimits,
  ) {
    this.#idle = [...items];
    this.size = items.length;
  }

  get stats(): PoolStats {
    const idle = this.#idle.length;
    return { busy: this.size - idle, idle, waiting: this.#waiting.size };
  }

  /** @throws PoolTimeoutError when the wait or the queue exceeds its limit */
  async acquire(): Promise<PooledConnection<Item>> {
    const item = this.#idle.pop();
    if (item !== undefined) return this.#lend(item);
    const { maxWaitMs, maxWaiting } = this.limits;
    if (this.#waiting.size >= maxWaiting)
      throw new PoolTimeoutError(`More than ${maxWaiting} callers wait for a database connection`);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Item> = {
        grant: (granted) => resolve(this.#lend(granted)),
        timer: setTimeout(() => {
          this.#waiting.delete(waiter);
          reject(new PoolTimeoutError(`No database connection became free within ${maxWaitMs} ms`));
        }, maxWaitMs),
      };
      this.#waiting.add(waiter);
    });
  }

  #lend(item: Item): PooledConnection<Item> {
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
