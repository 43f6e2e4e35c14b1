import type { EntityManager } from 'typeorm';

/**
 * What a SQL repository is built on: a unit of work, or a data source, whose statements then stand for themselves.
 */
export interface SqlScope {
  readonly manager: EntityManager;
  /** Calls back after the commit of the unit of work; there is none where each statement commits by itself. */
  afterCommit?(callback: () => unknown): void;
}
