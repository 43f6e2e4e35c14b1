import type { DataSource, QueryRunner, ReplicationMode } from 'typeorm';
import type { EndableQueryRunner } from '../src/ddd/worker/endable-query-runner.js';
import { Turns } from './turns.js';

/**
 * One open transaction that is lent to one borrower at a time: a transaction that a borrower begins is a savepoint in it.
 * To the borrower its loan is a query runner like any other.
 */
export class SharedTransaction {
  readonly #turns = new Turns();
  readonly #query: QueryRunner['query'];

  private constructor(private readonly runner: EndableQueryRunner) {
    this.#query = runner.query.bind(runner);
  }

  static async begin(dataSource: DataSource): Promise<SharedTransaction> {
    const runner = dataSource.createQueryRunner('master');
    try {
      await runner.startTransaction();
    } catch (error) {
      await runner.release();
      throw error;
    }
    return new SharedTransaction(runner);
  }

  /** Undoes everything, once the last borrower has given it back. */
  async rollBack(): Promise<void> {
    await this.#turns.take();
    try {
      if (this.runner.isTransactionActive && !this.runner.isReleased) await this.runner.rollbackTransaction();
    } finally {
      await this.runner.release();
    }
  }

  createQueryRunner(mode: ReplicationMode = 'master'): QueryRunner {
    const loan = new Loan(this.runner, this.#query, mode, this.#turns);
    return new Proxy(this.runner, {
      get(runner, name) {
        const holder = name in loan ? loan : runner;
        const value: unknown = Reflect.get(holder, name, holder);
        return typeof value === 'function' ? (value.bind(holder) as unknown) : value;
      },
      // A unit of work puts its own `query` in place, for the runner's manager to find.
      set: (runner, name, value) => Reflect.set(runner, name, value, runner),
    });
  }
}

/** What a borrower sees differently: its savepoint, and the end of its loan. */
class Loan {
  isTransactionActive = false;
  isReleased = false;
  #endTurn: (() => void) | undefined;

  constructor(
    private readonly runner: EndableQueryRunner,
    private readonly ask: QueryRunner['query'],
    private readonly mode: ReplicationMode,
    private readonly turns: Turns,
  ) {}

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  async query(...statement: Parameters<QueryRunner['query']>): Promise<any> {
    await this.#take();
    return this.ask(...statement);
  }

  async startTransaction(): Promise<void> {
    await this.#take();
    await this.runner.startTransaction();
    this.isTransactionActive = true;
    if (this.#isReadOnlyOnSqlite) await this.ask('PRAGMA query_only = ON');
  }

  /** What only reads is rolled back, for on PostgreSQL a savepoint would leave the transaction read-only behind it. */
  async commitTransaction(): Promise<void> {
    if (this.mode === 'slave') return this.rollbackTransaction();
    await this.runner.commitTransaction();
    this.isTransactionActive = false;
  }

  async rollbackTransaction(): Promise<void> {
    this.isTransactionActive = false;
    if (this.#isReadOnlyOnSqlite) await this.ask('PRAGMA query_only = OFF');
    await this.runner.rollbackTransaction();
  }

  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    try {
      if (this.isTransactionActive) await this.rollbackTransaction();
    } finally {
      this.runner.query = this.ask;
      this.#endTurn?.();
    }
  }

  /** A connection that is thrown away takes the transaction of all borrowers with it. */
  async releasePostgresConnection(reason?: Error): Promise<void> {
    this.isTransactionActive = false;
    await this.runner.releasePostgresConnection?.(reason);
    await this.release();
  }

  get #isReadOnlyOnSqlite(): boolean {
    return this.mode === 'slave' && this.runner.dataSource.options.type !== 'postgres';
  }

  async #take(): Promise<void> {
    this.#endTurn ??= await this.turns.take();
    if (!this.runner.isTransactionActive || this.runner.isReleased)
      throw new Error(
        'The transaction of this test has ended early, with its connection or by an interrupted statement: run the test ' +
          'on a database of its own, from createDatabase(kind)',
      );
  }
}
