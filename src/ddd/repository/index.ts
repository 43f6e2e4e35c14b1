/** One vocabulary for collections of records, over SQL tables and over HTTP. The public API of this block. */
export { epoch } from './epoch.js';
export type { Stored } from './column/column-type.js';
export { StoredColumn } from './column/stored-column.js';
export { isStorableText } from './column/text-types.js';
export { conditionsOf, groupNames, maxFilterDepth, maxNestedConditions } from './condition.js';
export type { Condition, FieldCondition, Operator } from './condition.js';
export { EntityColumns } from './entity-columns.js';
export type { Filter, Order, ScalarField } from './filter.js';
export { fitCondition } from './fitted-condition.js';
export type { FittedCondition } from './fitted-condition.js';
export { HttpResourceRepository } from './http/http-resource.repository.js';
export { HttpRepository } from './http/http.repository.js';
export type { HttpScope } from './http/http.repository.js';
export { ServiceRepository } from './http/service.repository.js';
export { RemoteServiceError } from './http/remote.errors.js';
export { isMany } from './is-many.js';
export { folded } from './letter-case.js';
export { ReadOnlyUnitError } from './read-only-unit.error.js';
export type { PlacedRecords, Records, Selection } from './records.js';
export {
  AlreadyExistsError,
  IntegrityError,
  InvalidCursorError,
  InvalidValueError,
  MultipleRecordsError,
  NotFoundError,
  ReadOnlyDatabaseError,
  StillReferencedError,
  UnavailableError,
  UnfilteredWriteError,
} from './repository.errors.js';
export type { RepositoryErrorCode } from './repository.errors.js';
export { Repository } from './repository.js';
export type { Page, PageOptions, Slice, SliceOptions, StreamOptions } from './repository.js';
export {
  isLoginRefused,
  isLostConnection,
  isSerializationFailure,
  translateDriverError,
} from './sql/driver-error.js';
export { SqlColumn, orderedColumn } from './sql/sql-column.js';
export type { SqlScope } from './sql/sql-scope.js';
export { fits, isNumeric } from './sql/sql-storage.js';
export type { ByKind } from './sql/sql-storage.js';
export { SqlTableRepository } from './sql/sql-table.repository.js';
export { sqliteStorage } from './sql/sqlite-storage.js';
export { proxyRefusal } from './http/proxy-refusal.js';
