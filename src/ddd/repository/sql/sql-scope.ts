import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Records } from '../records.js';

/** What a SQL repository is built on: a unit of work, or a data source, whose statements commit one by one. */
export interface SqlScope {
  readonly manager: EntityManager;
  /** Calls back after the commit of the unit of work; absent where each statement commits by itself. */
  afterCommit?(callback: () => unknown): void;
  /** The records of an entity, where they are not in the manager's database: in memory, in tests. */
  records?<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Records<Entity>;
}
