import type { Condition } from './condition.js';
import type { Sorting } from './sorting.js';

export interface Selection {
  readonly where: readonly Condition[];
  readonly sorting: readonly Sorting[];
  /** Most records to give. */
  readonly limit: number;
  /** What a cursor carries of the record that these come after: a value for each field of `sorting`. */
  readonly after?: readonly unknown[];
  /** Records to pass over. */
  readonly offset?: number;
}

/** Records, and what a cursor carries of the last of them. */
export interface PlacedRecords<Entity> {
  readonly records: Entity[];
  /** In the words of the backend, exact, and fit for JSON; null where no record comes after. */
  readonly next: readonly unknown[] | null;
}

/** The records of one kind in one backend: the few things that each backend does its own way. */
export interface Records<Entity extends object> {
  /** What the errors call them: the name of the table or remote collection. */
  readonly resource: string;
  /** The fields that identify a record. */
  readonly key: readonly string[];
  /** Stores them all or none. @returns them as stored */
  insert(records: readonly Entity[]): Promise<Entity[]>;
  /** @returns null when a unique value of it is taken */
  insertUnlessExists(record: Entity): Promise<Entity | null>;
  select(selection: Selection): Promise<Entity[]>;
  /** As `select`, and says where the records go on after those. */
  page(selection: Selection): Promise<PlacedRecords<Entity>>;
  count(where: readonly Condition[]): Promise<number>;
  /** @returns how many records matched */
  change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number>;
  /** @returns how many records were removed */
  remove(where: readonly Condition[]): Promise<number>;
}
