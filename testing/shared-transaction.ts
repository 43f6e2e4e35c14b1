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
 * The borrower sees an ordinary query runner.
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

  /** Refuses further statements: the database has ended the transaction, and each statement would commit on its own. */
  lose(loss: unknown): void {
    this.#loss ??= loss instanceof Error ? loss : new Error(String(loss));
  }

  /** @throws Error when the transaction is no longer open */
  check(): void {
    if (this.#loss || !this.runner.isTransactionActive || this.runner.isReleased)
      throw new Error(
        'The transaction of this test ended early: its connection was lost, or a statement was interrupted. Run the test ' +
          'on a database of its own, from createDatabase(kind)',
        { cause: this.#loss },
      );
  }

  /** Undoes everything, once the last borrower has released it. */
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

/** What a borrower's query runner does differently: its transaction is a savepoint, and its release ends the loan. */
class Loan {
  isTransactionActive = false;
  isReleased = false;
  #releaseMutex: (() => void) | undefined;

  constructor(
    private readonly shared: SharedTransaction,
    private readonly mode: ReplicationMode,
  ) {}

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  async query(...statement: Parameters<QueryRunner['query']>): Promise<any> {
    return this.#lent(() => this.shared.runner.query(...statement));
  }

  /** A unit of work runs its statements through the manager of the underlying runner. */
  passThrough(gate: StatementGate): void {
    this.shared.runner.passThrough((sql, run) => gate(sql, () => this.#lent(run)));
  }

  async #lent(run: () => Promise<unknown>): Promise<unknown> {
    await this.#take();
    try {
      return await run();
    } catch (error) {
      // The underlying connection accepts writes, so it reports the refusal as a read-only database.
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

  /** A read-only unit is rolled back: on PostgreSQL, releasing the savepoint would leave the transaction read-only. */
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
      this.#releaseMutex?.();
    }
  }

  /** Discarding the connection ends the transaction of all borrowers. */
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
    this.#releaseMutex ??= await this.shared.mutex.take();
    this.shared.check();
  }
}

/** Keeps a connection that refuses writes: a read-only loan made it refuse. (Elsewhere that means a former primary.) */
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
