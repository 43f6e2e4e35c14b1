import type { SqlScope } from '../../src/ddd/repository/index.js';
import {
  insideUnit,
  assertOutsideUnit,
  buildRepositories,
  UnitLimits,
  withinLimits,
  ForeignUnitError,
} from '../../src/ddd/worker/index.js';
import type {
  OpenUnit,
  Outside,
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
    override async run<Result>(
      work: UnitWork<Classes, Result>,
      { timeoutMs, readOnly = false }: RunOptions = {},
    ): Promise<Outside<Classes, OpenUnit, Result>> {
      assertOutsideUnit(database, `${worker.name}.run()`);
      const limits = new UnitLimits();
      const result = await database.transact(
        readOnly,
        (unit) =>
          withinLimits(
            { ...limits, ...(timeoutMs !== undefined && { timeoutMs }) },
            () => insideUnit(unit, () => this.join(unit, work)),
            () => undefined,
          ),
        timeoutMs,
      );
      return result as Outside<Classes, OpenUnit, Result>;
    }

    override async join<Result>(unit: OpenUnit, work: UnitWork<Classes, Result>): Promise<Result> {
      if (unit.dataSource !== database) throw new ForeignUnitError();
      return work(buildRepositories<SqlScope, Classes>(classes, unit), unit);
    }
  }

  return new InMemoryWorker(database as never) as unknown as Worker;
}
