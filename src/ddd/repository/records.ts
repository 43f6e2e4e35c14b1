import type { Condition } from './condition.js';
import type { Sorting } from './sorting.js';

export interface Selection {
  readonly where: readonly Condition[];
  readonly sorting: readonly Sorting[];
  /** Most records to give. */
  readonly limit: number;
  /** Values of `sorting` that the records come after. */
  readonly after?: readonly unknown[];
  /** Records to pass over. */
  readonly offset?: number;
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
  count(where: readonly Condition[]): Promise<number>;
  /** @returns how many records matched */
  change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number>;
  /** @returns how many records were removed */
  remove(where: readonly Condition[]): Promise<number>;
}
