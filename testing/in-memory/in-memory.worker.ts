import type { SqlScope } from '../../src/ddd/repository/index.js';
import {
  insideUnit,
  buildRepositories,
  UnitLimits,
  withinLimits,
  ForeignUnitError,
} from '../../src/ddd/worker/index.js';
import type {
  Attempt,
  OpenUnit,
  RunOptions,
  SqlRepositoryClasses,
  SqlWorkerClass,
  UnitWork,
} from '../../src/ddd/worker/index.js';
import { InMemoryUnit } from './in-memory-unit.js';

/** Repositories that stand in for those of a worker, by its names. */
export type Substitutes<Classes extends SqlRepositoryClasses> = {
  readonly [Name in keyof Classes]?: new (scope: SqlScope) => InstanceType<Classes[Name]>;
};

interface Transactions {
  transact<Result>(
    readOnly: boolean,
    work: (unit: InMemoryUnit) => Promise<Result>,
    callbackLimitMs?: number,
  ): Promise<Result>;
}

/** A subclass of the worker whose units of work are in memory, with the same `run` and `join`, and the same errors. */
export function workerInMemory<Classes extends SqlRepositoryClasses, Worker>(
  database: Transactions,
  worker: SqlWorkerClass<Classes, Worker>,
  substitutes: Substitutes<Classes>,
): Worker {
  const Base = worker as unknown as SqlWorkerClass<Classes>;
  const classes: Classes = { ...worker.repositories, ...substitutes };

  class InMemoryWorker extends Base {
    protected override async attempt<Result>(
      work: UnitWork<Classes, Result>,
      { timeoutMs, readOnly = false }: RunOptions,
    ): Promise<Attempt<Result>> {
      const limits = new UnitLimits();
      const inUnit = (unit: InMemoryUnit) =>
        withinLimits(
          { ...limits, ...(timeoutMs !== undefined && { timeoutMs }) },
          () => insideUnit(unit, () => this.join(unit, work)),
          () => undefined,
        );
      try {
        return { result: await database.transact(readOnly, inUnit, timeoutMs) };
      } catch (error) {
        return { error, again: false };
      }
    }

    override async join<Result>(unit: OpenUnit, work: UnitWork<Classes, Result>): Promise<Result> {
      if (unit.dataSource !== database) throw new ForeignUnitError();
      return work(buildRepositories<SqlScope, Classes>(classes, unit), unit);
    }
  }

  // Errors and logs name the class of the worker.
  Object.defineProperty(InMemoryWorker, 'name', { value: worker.name });
  return new InMemoryWorker(database as never) as unknown as Worker;
}
