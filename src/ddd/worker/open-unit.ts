import { AsyncLocalStorage } from 'node:async_hooks';
import type { SqlScope } from '../repository/index.js';
import { NestedUnitError } from './worker.errors.js';

/** A unit of work as the code inside it sees it, on a database or in memory. Only the worker that opened it ends it. */
export interface OpenUnit extends SqlScope {
  /** What the unit is a transaction of. */
  readonly dataSource: object;
  readonly isOpen: boolean;
  /** Calls back once, after the commit and never without it. What the callback throws is logged. */
  afterCommit(callback: () => unknown): void;
}

/**
 * Which unit of work the running code belongs to. Used only to refuse what would write outside of it or wait for
 * itself; a unit is never found through it, always passed.
 */
const current = new AsyncLocalStorage<OpenUnit>();

export const insideUnit = <Result>(unit: OpenUnit, work: () => Result): Result => current.run(unit, work);

/** @throws NestedUnitError when a unit of work on this data source is open around the caller */
export function assertOutsideUnit(dataSource: object, what: string): void {
  const unit = current.getStore();
  if (unit?.isOpen && unit.dataSource === dataSource) throw new NestedUnitError(what);
}
