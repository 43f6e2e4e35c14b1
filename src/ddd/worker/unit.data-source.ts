import { DataSource } from 'typeorm';
import type { QueryRunner, ReplicationMode } from 'typeorm';
import { assertNoOpenUnit } from './combined-unit.js';
import { assertAcceptable } from './refused-statements.js';

type QueryRunnerSource = (mode: ReplicationMode) => QueryRunner;

/**
 * A data source for units of work: refuses queries that would run outside the open unit around them, and statements that
 * would change the state of a pooled connection.
 */
export class UnitDataSource extends DataSource {
  #source: QueryRunnerSource | undefined;

  override createQueryRunner(mode: ReplicationMode = 'master'): QueryRunner {
    assertNoOpenUnit(this, 'A query of its own');
    return this.#source ? this.#source(mode) : super.createQueryRunner(mode);
  }

  /** A caller that passes its own query runner is responsible for its connection. */
  override async query<Result>(sql: string, parameters?: unknown[], runner?: QueryRunner): Promise<Result> {
    if (!runner) assertAcceptable(sql, this.options.type === 'postgres' ? 'postgres' : 'sqlite');
    return super.query<Result>(sql, parameters, runner);
  }

  /**
   * Uses other query runners for the duration of the work: the testing kit shares one transaction between all of them.
   */
  async withQueryRunnersOf<Result>(source: QueryRunnerSource, work: () => Promise<Result>): Promise<Result> {
    this.#source = source;
    try {
      return await work();
    } finally {
      this.#source = undefined;
    }
  }
}
