/** Units of work: over a database, and over HTTP. The public API of this block. */
export { callAfterCommit } from './after-commit.js';
export type { Attempt } from './attempt.js';
export { assertNoOpenUnit } from './combined-unit.js';
export { RemoteServiceWorker } from './remote-service.worker.js';
export { HttpWorker } from './http.worker.js';
export type { HttpRepositoryClasses } from './http.worker.js';
export { InboxMaintenance } from './inbox-maintenance.js';
export { InboxRecord } from './inbox-record.entity.js';
export { insideUnit } from './open-unit.js';
export type { OpenUnit } from './open-unit.js';
export { assertAcceptable } from './refused-statements.js';
export { buildRepositories, buildRepository } from './repository-classes.js';
export type { Outside, Repositories } from './repository-classes.js';
export { SqlWorker } from './sql.worker.js';
export type {
  IdempotentOptions,
  RunOptions,
  SqlRepositoryClasses,
  SqlWorkerClass,
  UnitWork,
} from './sql.worker.js';
export { StatementGuard } from './statement-guard.js';
export { UnitDataSource } from './unit.data-source.js';
export { createUnitQueryRunner } from './unit-query-runner.js';
export type { StatementGate, UnitQueryRunner } from './unit-query-runner.js';
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
  WeakIsolationError,
} from './worker.errors.js';
export type { UnitErrorCode } from './worker.errors.js';
