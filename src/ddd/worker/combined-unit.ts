import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { maxReruns, rerunDelayMs } from './attempt.js';
import type { Attempt } from './attempt.js';
import { HeldUnit } from './held-unit.js';
import type { OpenUnitAround } from './held-unit.js';
import { assertOutsideUnit, insideUnit } from './open-unit.js';
import type { OpenUnit } from './open-unit.js';
import type { Isolation } from './unit-options.js';
import { NestedUnitError, UnitClosedError, UnitFailedError, WeakIsolationError } from './worker.errors.js';

/** A `run` of a worker that becomes part of a combined unit. */
export interface CombinedRun<Result> {
  /** The weakest isolation that the run accepts; undefined for any. */
  readonly isolation: Isolation | undefined;
  /** Opens the unit, if this is its first run. */
  readonly open: OpenUnitAround;
  readonly join: (unit: OpenUnit) => Promise<Result>;
}

/** From the weakest to the strongest. */
const isolations: readonly Isolation[] = ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'];

const current = new AsyncLocalStorage<CombinedUnit | undefined>();

/** The combined unit that the running code belongs to, on this data source. */
export function combinedUnitOn(dataSource: object): CombinedUnit | undefined {
  const combined = current.getStore();
  return combined && !combined.isOver && combined.dataSource === dataSource ? combined : undefined;
}

/** @throws NestedUnitError for a statement outside of a unit that is open around it */
export function assertNoOpenUnit(dataSource: object, what: string): void {
  assertOutsideUnit(dataSource, what);
  if (combinedUnitOn(dataSource)?.isOpen)
    throw new NestedUnitError(what, 'take part in the combined unit with worker.run(work)');
}

/**
 * One transaction for all units of work that some code runs one after another. The first begins it. A run that fails
 * undoes what the transaction holds: alone in it, the code may go on as after any failed unit; otherwise nothing commits.
 */
export class CombinedUnit {
  #held: HeldUnit | undefined;
  #hasBegun = false;
  #hasKept = false;
  #isOver = false;
  #failure: unknown;
  #isolation: Isolation = 'SERIALIZABLE';

  private constructor(readonly dataSource: object) {}

  /** Runs work whose units of work are one, and commits it. */
  static async attempt<Result>(
    dataSource: object,
    work: (combined: CombinedUnit) => Promise<Result>,
  ): Promise<Attempt<Result>> {
    const combined = new CombinedUnit(dataSource);
    try {
      const result = await current.run(combined, () => work(combined));
      const committed = await combined.#commit();
      return 'error' in committed ? committed : { result };
    } catch (error) {
      const end = await combined.#held?.rollBack(error);
      return { error, again: end?.again ?? false };
    } finally {
      combined.#isOver = true;
    }
  }

  /** Whether a unit of work has been opened, even if it failed. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isOpen(): boolean {
    return this.#held?.isOpen ?? false;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes part in the transaction. The first run is repeated when the database asks for it, as any unit is. */
  async run<Result>({ isolation, open, join }: CombinedRun<Result>): Promise<Result> {
    for (let rerun = 1; ; rerun++) {
      // A run that was not awaited must not open a transaction that is never ended.
      if (this.#isOver) throw new UnitClosedError();
      if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
      this.#requireIsolation(isolation);
      this.#hasBegun = true;
      // Outside of the combined unit: callbacks after its commit may run units of their own.
      const held = (this.#held ??= current.run(undefined, () => new HeldUnit(open)));
      try {
        const unit = await held.opened;
        const result = await insideUnit(unit, () => join(unit));
        // Rolled back meanwhile, by another run at the same time or by the time limit.
        if (!unit.isOpen) throw new UnitClosedError();
        this.#hasKept = true;
        return result;
      } catch (thrown) {
        const { error, again } = await this.#rollBack(held, thrown);
        if (!again || this.#hasKept || rerun > maxReruns) throw error;
      }
      await sleep(rerunDelayMs(rerun));
    }
  }

  /** The first run decides for all. @throws WeakIsolationError */
  #requireIsolation(isolation: Isolation | undefined): void {
    if (!this.#held) this.#isolation = isolation ?? 'SERIALIZABLE';
    else if (isolation && isolations.indexOf(isolation) > isolations.indexOf(this.#isolation))
      throw new WeakIsolationError(this.#isolation, isolation);
  }

  async #rollBack(held: HeldUnit, error: unknown) {
    const outcome = await held.rollBack(error);
    if (this.#hasKept) this.#failure ??= outcome.error;
    else if (this.#held === held) this.#held = undefined;
    return outcome;
  }

  async #commit(): Promise<Attempt<void>> {
    if (this.#failure !== undefined) {
      const end = await this.#held?.rollBack(this.#failure);
      return { error: new UnitFailedError(this.#failure), again: end?.again ?? false };
    }
    return this.#held ? this.#held.commit() : { result: undefined };
  }
}
