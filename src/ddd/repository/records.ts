import type { Condition } from './condition.js';
import type { Sorting } from './sorting.js';

export interface Selection {
  readonly where: readonly Condition[];
  readonly sorting: readonly Sorting[];
  /** Maximum number of records to return. */
  readonly limit: number;
  /** The cursor values of the record that these come after: one for each field of `sorting`. */
  readonly after?: readonly unknown[];
  /** Number of records to skip. */
  readonly offset?: number;
}

/** Records, and the cursor values of the last of them. */
export interface PlacedRecords<Entity> {
  readonly records: Entity[];
  /** In the backend's encoding, exact, and fit for JSON; null when no record follows. */
  readonly next: readonly unknown[] | null;
}

/** The records of one kind in one backend: the operations that differ between backends. */
export interface Records<Entity extends object> {
  /** The name that errors use: the table or remote collection. */
  readonly resource: string;
  /** The fields that identify a record. */
  readonly key: readonly string[];
  /** Stores them all or none. @returns them as stored */
  insert(records: readonly Entity[]): Promise<Entity[]>;
  /** @returns null when one of its unique values is taken */
  insertUnlessExists(record: Entity): Promise<Entity | null>;
  select(selection: Selection): Promise<Entity[]>;
  /** Like `select`, and returns where the records continue. */
  page(selection: Selection): Promise<PlacedRecords<Entity>>;
  count(where: readonly Condition[]): Promise<number>;
  /** @returns how many records matched */
  change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number>;
  /** @returns how many records were removed */
  remove(where: readonly Condition[]): Promise<number>;
}
