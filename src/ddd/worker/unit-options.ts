export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

export interface UnitOptions {
  /** Refuses writes; on SQLite such a unit does not wait for writers. */
  readonly readOnly?: boolean;
  /** PostgreSQL's isolation level; SQLite is always serializable. */
  readonly isolation?: Isolation;
}
