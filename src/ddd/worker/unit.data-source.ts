import { DataSource } from 'typeorm';
import type { QueryRunner, ReplicationMode } from 'typeorm';
import { assertOutsideUnit } from './open-unit.js';
import { assertAcceptable } from './refused-statements.js';

type QueryRunnerSource = (mode: ReplicationMode) => QueryRunner;

/**
 * A data source for units of work: refuses queries that would leave the open unit they stand in, and statements that would
 * leave their mark on a connection of the pool.
 */
export class UnitDataSource extends DataSource {
  #source: QueryRunnerSource | undefined;

  override createQueryRunner(mode: ReplicationMode = 'master'): QueryRunner {
    assertOutsideUnit(this, 'A query of its own');
    return this.#source ? this.#source(mode) : super.createQueryRunner(mode);
  }

  /** The caller that holds a connection answers for it itself. */
  override async query<Result>(sql: string, parameters?: unknown[], runner?: QueryRunner): Promise<Result> {
    if (!runner) assertAcceptable(sql, this.options.type === 'postgres' ? 'postgres' : 'sqlite');
    return super.query<Result>(sql, parameters, runner);
  }

  /** Takes query runners from elsewhere while the work lasts: the testing kit lends one transaction to all of them. */
  async withQueryRunnersOf<Result>(source: QueryRunnerSource, work: () => Promise<Result>): Promise<Result> {
    this.#source = source;
    try {
      return await work();
    } finally {
      this.#source = undefined;
    }
  }
}
