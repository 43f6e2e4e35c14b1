import type { OpenUnit } from '../worker/index.js';
import type { Caller } from './caller.js';
import type { CollectionRepository } from './owned-records.js';

/** A record that is addressed by its id. */
export interface Identified {
  readonly id: string | number;
}

/**
 * Checks a record before it is changed, in the same unit of work, whose repositories it is given; throws to leave it as
 * it is. It may run again after a serialization failure.
 */
export type Precondition<Entity, InUnit = object> = (
  current: Entity,
  repositories: InUnit,
  unit: OpenUnit,
) => void | Promise<void>;

/** Runs work in its own unit, with the repository of the collection, and all repositories of the unit. */
export type Within<Entity extends Identified, InUnit> = <Result>(
  work: (repository: CollectionRepository<Entity>, repositories: InUnit, unit: OpenUnit) => Promise<Result>,
  options?: { readonly readOnly?: boolean },
) => Promise<Result>;

/** On whose behalf the verbs of a resource act. */
export interface Acting<Entity extends Identified> {
  /** Undefined on public routes. */
  readonly caller: Caller | undefined;
  /** Set on new records: the field that holds the owner, with the caller's id. */
  readonly owned?: Partial<Entity>;
  /** Whether the verbs reach only records with these values, as if there were no others. */
  readonly isLimitedToOwn?: boolean;
}
