import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { EntityManager, QueryRunner, ReplicationMode } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { SingleRoundTripQueryRunner } from '../src/database/postgres/postgres.query-runner.js';
import { ReadOnlyDatabaseError } from '../src/ddd/repository/index.js';
import { createUnitQueryRunner, ReadOnlyUnitError } from '../src/ddd/worker/index.js';
import type { StatementGate, UnitDataSource, UnitQueryRunner } from '../src/ddd/worker/index.js';
import { Mutex } from './mutex.js';

/**
 * One open transaction that is lent to one borrower at a time: a transaction that a borrower begins is a savepoint in it.
 * To the borrower its loan is a query runner like any other.
 */
export class SharedTransaction {
  readonly mutex = new Mutex();
  #loss: Error | undefined;

  private constructor(readonly runner: UnitQueryRunner) {}

  static async begin(dataSource: UnitDataSource): Promise<SharedTransaction> {
    const runner =
      dataSource.options.type === 'postgres'
        ? new LentQueryRunner(dataSource.driver as PostgresDriver)
        : createUnitQueryRunner(dataSource, 'master');
    try {
      await runner.startTransaction();
    } catch (error) {
      await runner.release();
      throw error;
    }
    return new SharedTransaction(runner);
  }

  /** Nothing runs on it from now on: the database has ended it, and a statement would stand for itself. */
  lose(loss: unknown): void {
    this.#loss ??= loss instanceof Error ? loss : new Error(String(loss));
  }

  /** @throws Error when there is no transaction to run in any more */
  check(): void {
    if (this.#loss || !this.runner.isTransactionActive || this.runner.isReleased)
      throw new Error(
        'The transaction of this test has ended early, with its connection or by an interrupted statement: run the test ' +
          'on a database of its own, from createDatabase(kind)',
        { cause: this.#loss },
      );
  }

  /** Undoes everything, once the last borrower has given it back. */
  async rollBack(): Promise<void> {
    await this.mutex.take();
    const { runner } = this;
    if (this.#loss) return runner.discard?.(this.#loss) ?? runner.release();
    try {
      if (runner.isTransactionActive && !runner.isReleased) await runner.rollbackTransaction();
    } finally {
      await runner.release();
    }
  }

  createQueryRunner(mode: ReplicationMode = 'master'): QueryRunner {
    const loan = new Loan(this, mode);
    return new Proxy(this.runner, {
      get(runner, name) {
        const holder = name in loan ? loan : runner;
        const value: unknown = Reflect.get(holder, name, holder);
        return typeof value === 'function' ? (value.bind(holder) as unknown) : value;
      },
    });
  }
}

/** What a borrower sees differently: its savepoint, and the end of its loan. */
class Loan {
  isTransactionActive = false;
  isReleased = false;
  #releaseTurn: (() => void) | undefined;

  constructor(
    private readonly shared: SharedTransaction,
    private readonly mode: ReplicationMode,
  ) {}

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  async query(...statement: Parameters<QueryRunner['query']>): Promise<any> {
    return this.#lent(() => this.shared.runner.query(...statement));
  }

  /** A unit of work speaks through the manager of the runner itself. */
  passThrough(gate: StatementGate): void {
    this.shared.runner.passThrough((sql, run) => gate(sql, () => this.#lent(run)));
  }

  async #lent(run: () => Promise<unknown>): Promise<unknown> {
    await this.#take();
    try {
      return await run();
    } catch (error) {
      // The connection underneath is one that writes: it takes the refusal for the database's own.
      const isRefusedWrite = this.mode === 'slave' && error instanceof ReadOnlyDatabaseError;
      throw isRefusedWrite ? new ReadOnlyUnitError(error.cause) : error;
    }
  }

  async startTransaction(): Promise<void> {
    await this.#take();
    await this.shared.runner.startTransaction();
    this.isTransactionActive = true;
    if (this.mode !== 'slave') return;
    await this.shared.runner.query(
      this.#isReadOnlyOnSqlite ? 'PRAGMA query_only = ON' : 'SET TRANSACTION READ ONLY',
    );
  }

  /** What only reads is rolled back, for on PostgreSQL a savepoint would leave the transaction read-only behind it. */
  async commitTransaction(): Promise<void> {
    if (this.mode === 'slave') return this.rollbackTransaction();
    await this.shared.runner.commitTransaction();
    this.isTransactionActive = false;
  }

  async rollbackTransaction(): Promise<void> {
    this.isTransactionActive = false;
    try {
      if (this.#isReadOnlyOnSqlite) await this.shared.runner.query('PRAGMA query_only = OFF');
      await this.shared.runner.rollbackTransaction();
    } catch (error) {
      this.shared.lose(error);
      throw error;
    }
  }

  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    try {
      if (this.isTransactionActive) await this.rollbackTransaction();
    } finally {
      this.shared.runner.passThrough(undefined);
      this.#releaseTurn?.();
    }
  }

  /** A connection that is thrown away takes the transaction of all borrowers with it. */
  async discard(reason: Error): Promise<void> {
    this.isTransactionActive = false;
    this.shared.lose(reason);
    await this.shared.runner.discard?.(reason);
    await this.release();
  }

  get #isReadOnlyOnSqlite(): boolean {
    return this.mode === 'slave' && this.shared.runner.dataSource.options.type !== 'postgres';
  }

  async #take(): Promise<void> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    this.#releaseTurn ??= await this.shared.mutex.take();
    this.shared.check();
  }
}

/** Keeps a connection that refuses writes, for a loan told it to: elsewhere such a one leads to a former primary. */
class LentQueryRunner extends SingleRoundTripQueryRunner {
  override readonly manager: EntityManager;

  constructor(driver: PostgresDriver) {
    super(driver, 'master');
    this.manager = driver.dataSource.createEntityManager(this);
  }

  override async discard(error: Error): Promise<void> {
    if (!isRefusedWrite(error)) await super.discard(error);
  }
}

/** SQLSTATE 25006, read_only_sql_transaction, as TypeORM passes it on. */
const isRefusedWrite = (error: unknown) =>
  error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '25006';
