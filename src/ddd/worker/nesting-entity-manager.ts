import { EntityManager } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import type { StatementSequence } from './statement-sequence.js';

type Work<Result> = (manager: EntityManager) => Promise<Result>;
type IsolationLevel = Parameters<QueryRunner['startTransaction']>[0];

/** The entity manager of a unit of work: a transaction inside it is a savepoint, and nothing else runs meanwhile. */
export class NestingEntityManager extends EntityManager {
  readonly #sequence: StatementSequence;

  constructor(dataSource: DataSource, runner: QueryRunner, sequence: StatementSequence) {
    super(dataSource, runner);
    this.#sequence = sequence;
  }

  override transaction<Result>(work: Work<Result>): Promise<Result>;
  override transaction<Result>(isolation: IsolationLevel, work: Work<Result>): Promise<Result>;
  override transaction<Result>(first: IsolationLevel | Work<Result>, second?: Work<Result>): Promise<Result> {
    const work = typeof first === 'function' ? first : second;
    if (!work) throw new TypeError('transaction() takes a callback: pass one');
    return this.#sequence.section(() => super.transaction(() => work(this)));
  }
}
