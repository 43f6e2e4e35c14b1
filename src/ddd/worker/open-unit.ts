import { AsyncLocalStorage } from 'node:async_hooks';
import type { SqlScope } from '../repository/index.js';
import { NestedUnitError } from './worker.errors.js';

/** A unit of work as its code sees it, on a database or in memory. Only the worker that opened it ends it. */
export interface OpenUnit extends SqlScope {
  /** The data source of the unit's transaction. */
  readonly dataSource: object;
  readonly isOpen: boolean;
  /** Calls back once, only after the commit. Errors of the callback are logged. */
  afterCommit(callback: () => unknown): void;
}

/**
 * The unit of work that the running code belongs to. Used only to refuse calls that would write outside it or deadlock;
 * a unit is always passed explicitly, never looked up here.
 */
const current = new AsyncLocalStorage<OpenUnit>();

export const insideUnit = <Result>(unit: OpenUnit, work: () => Result): Result => current.run(unit, work);

/** @throws NestedUnitError when a unit of work on this data source is open around the caller */
export function assertOutsideUnit(dataSource: object, what: string): void {
  const unit = current.getStore();
  if (unit?.isOpen && unit.dataSource === dataSource) throw new NestedUnitError(what);
}
