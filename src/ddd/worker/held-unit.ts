import type { Attempt } from './attempt.js';
import type { OpenUnit } from './open-unit.js';

/** Opens a unit of work, ends it with the work, and reports how it ended. */
export type OpenUnitAround = (work: (unit: OpenUnit) => Promise<void>) => Promise<Attempt<void>>;

/** A unit of work that stays open until `commit` or `rollBack` is called. Its time limit applies meanwhile. */
export class HeldUnit {
  /** Rejects when the unit cannot be opened. */
  readonly opened: Promise<OpenUnit>;
  readonly #ended: Promise<Attempt<void>>;
  #unit: OpenUnit | undefined;
  #return!: () => void;
  #throw!: (error: unknown) => void;

  constructor(open: OpenUnitAround) {
    const ending = new Promise<void>((resolve, reject) => {
      this.#return = resolve;
      this.#throw = reject;
    });
    // Nothing waits for it when the unit could not be opened.
    ending.catch(() => undefined);
    let resolveOpened!: (unit: OpenUnit) => void;
    const unit = new Promise<OpenUnit>((resolve) => (resolveOpened = resolve));
    this.#ended = open((opened) => {
      this.#unit = opened;
      resolveOpened(opened);
      return ending;
    }).catch((error: unknown) => ({ error, again: false }));
    this.opened = Promise.race([unit, this.#ended.then(throwError)]);
    this.opened.catch(() => undefined);
  }

  get isOpen(): boolean {
    return this.#unit?.isOpen ?? false;
  }

  commit(): Promise<Attempt<void>> {
    this.#return();
    return this.#ended;
  }

  /** @returns the root cause, and whether the database requires another attempt */
  async rollBack(error: unknown): Promise<{ readonly error: unknown; readonly again: boolean }> {
    this.#throw(error);
    const attempt = await this.#ended;
    return 'error' in attempt ? attempt : { error, again: false };
  }
}

/** For a unit that ended before it was open. */
function throwError(attempt: Attempt<void>): never {
  throw 'error' in attempt ? attempt.error : new Error('The unit of work ended before it was used');
}
