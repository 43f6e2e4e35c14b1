/** Units of work: over a database, and over HTTP. The public API of this block. */
export { callAfterCommit } from './after-commit.js';
export { guardDataSource } from './guarded-data-source.js';
export { HttpWorker } from './http.worker.js';
export type { HttpRepositoryClasses } from './http.worker.js';
export type { InterruptibleQueryRunner } from './interruptible-query-runner.js';
export { assertOutsideUnit, insideUnit } from './open-unit.js';
export type { OpenUnit } from './open-unit.js';
export { assertAcceptable } from './refused-statements.js';
export { buildRepositories, buildRepository } from './repository-classes.js';
export type { Outside } from './repository-classes.js';
export { SqlWorker } from './sql.worker.js';
export type { RunOptions, SqlRepositoryClasses, SqlWorkerClass, UnitWork } from './sql.worker.js';
export { UnitLimits, withinLimits } from './unit-limits.js';
export {
  ForeignUnitError,
  NestedUnitError,
  OpenTransactionError,
  ReadOnlyUnitError,
  RefusedStatementError,
  UnitClosedError,
  UnitFailedError,
  UnitTimeoutError,
} from './worker.errors.js';
export type { UnitErrorCode } from './worker.errors.js';
