import { AsyncLocalStorage } from 'node:async_hooks';

/** A queue that runs one piece of work after another. */
class StatementQueue {
  tail: Promise<unknown> = Promise.resolve();
  isOpen = true;
  #unfinished = 0;

  constructor(
    readonly sequence: StatementSequence,
    readonly parent?: StatementQueue,
  ) {}

  add<Result>(run: () => Promise<Result>): Promise<Result> {
    const counted = () => run().finally(() => this.#unfinished--);
    const result = this.#unfinished++ ? this.tail.then(counted, counted) : counted();
    this.tail = result;
    return result;
  }

  /** Resolves once everything added so far has ended, successfully or not. */
  async idle(): Promise<void> {
    if (this.#unfinished) await this.tail.catch(() => undefined);
  }
}

/** The section that the running code belongs to. */
const current = new AsyncLocalStorage<StatementQueue>();

/**
 * Runs the statements of one connection one after another, however they are started. A section reserves the connection
 * for the statements started inside it, so that a concurrent statement is never rolled back with a nested transaction.
 */
export class StatementSequence {
  readonly #root = new StatementQueue(this);
  #openSections = 0;

  get hasOpenSections(): boolean {
    return this.#openSections > 0;
  }

  run<Result>(statement: () => Promise<Result>): Promise<Result> {
    return this.#queue().add(statement);
  }

  section<Result>(work: () => Promise<Result>): Promise<Result> {
    const parent = this.#queue();
    this.#openSections++;
    return parent
      .add(async () => {
        const queue = new StatementQueue(this, parent);
        try {
          return await current.run(queue, work);
        } finally {
          await queue.idle();
          queue.isOpen = false;
        }
      })
      .finally(() => this.#openSections--);
  }

  /** Waits for the statements started outside sections. */
  idle(): Promise<void> {
    return this.#root.idle();
  }

  #queue(): StatementQueue {
    let queue = current.getStore();
    if (queue?.sequence !== this) return this.#root;
    while (!queue.isOpen && queue.parent) queue = queue.parent;
    return queue;
  }
}
