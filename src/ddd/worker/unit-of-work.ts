import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { traceChannels } from '../diagnostics/index.js';
import { translateDriverError } from '../repository/index.js';
import { withinTime } from '../timing/index.js';
import { callAfterCommit } from './after-commit.js';
import { NestingEntityManager } from './nesting-entity-manager.js';
import { insideUnit } from './open-unit.js';
import type { OpenUnit } from './open-unit.js';
import { assertAcceptable } from './refused-statements.js';
import type { Dialect } from './sql-statements.js';
import { StatementSequence } from './statement-sequence.js';
import { canBeUndone, endedByStatement, failureOf, isRollbackToSavepoint } from './statement-failure.js';
import type { UnitOptions } from './unit-options.js';
import { createUnitQueryRunner, discard, lossOrError } from './unit-query-runner.js';
import type { UnitQueryRunner } from './unit-query-runner.js';
import {
  OpenTransactionError,
  RefusedStatementError,
  UnitClosedError,
  UnitFailedError,
} from './worker.errors.js';

/** How long a rollback may take before the connection is closed instead. */
const rollbackLimitMs = 1_000;
const logger = new Logger('UnitOfWork');

/** Marks the statements with which a unit ends its own transaction, to distinguish them from its callback's. */
const ending = new AsyncLocalStorage<UnitOfWork>();

/**
 * One open transaction. Its statements run one after another, even if the callback runs them concurrently. The first
 * failure dooms it, unless the nested transaction around it is rolled back. After its end it runs none.
 */
export class UnitOfWork implements OpenUnit {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #statements = new StatementSequence();
  readonly #manager: EntityManager;
  readonly #dialect: Dialect;
  /** TypeORM's count of open transactions when this one began. */
  readonly #depth: number | undefined;
  #running: Promise<unknown> | undefined;
  #state: 'open' | 'committing' | 'ended' = 'open';
  #failure: unknown;

  private constructor(
    readonly dataSource: DataSource,
    private readonly runner: UnitQueryRunner,
  ) {
    this.#dialect = dialectOf(dataSource);
    this.#depth = runner.transactionDepth;
    runner.passThrough((sql, run) => this.#serialize(sql, run));
    this.#manager = new NestingEntityManager(dataSource, this.#nesting, this.#statements);
  }

  /** Opens a transaction. On any failure, the connection is released. */
  static async begin(
    dataSource: DataSource,
    { readOnly = false, isolation }: UnitOptions,
  ): Promise<UnitOfWork> {
    // A query runner created as `slave` is read-only, on both databases.
    const runner = createUnitQueryRunner(dataSource, readOnly ? 'slave' : 'master');
    try {
      const isPostgres = dialectOf(dataSource) === 'postgres';
      await traceChannels.begin.run('transaction', () =>
        runner.startTransaction(isPostgres ? (isolation ?? 'SERIALIZABLE') : undefined),
      );
    } catch (error) {
      await discard(runner, error);
      throw translateDriverError(error, dataSource);
    }
    return new UnitOfWork(dataSource, runner);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** The error of the statement that doomed this unit, if any. */
  get failure(): unknown {
    return this.#failure;
  }

  /** @throws UnitClosedError after the end of the unit */
  get manager(): EntityManager {
    if (!this.isOpen) throw new UnitClosedError();
    return this.#manager;
  }

  afterCommit(callback: () => unknown): void {
    if (!this.isOpen) throw new UnitClosedError();
    this.#afterCommit.push(callback);
  }

  /** Runs code that belongs to this unit. */
  inside<Result>(work: () => Result): Result {
    return insideUnit(this, work);
  }

  /**
   * @param callbackLimitMs how long the callbacks after the commit are waited for
   * @throws UnitFailedError when a statement failed and its error was swallowed
   * @throws OpenTransactionError when a nested transaction is still open
   */
  async commit(callbackLimitMs: number): Promise<void> {
    this.#state = 'committing';
    if (!this.#statements.hasOpenSections) await this.#statements.idle();
    if (this.#failure !== undefined)
      throw this.#failure instanceof RefusedStatementError
        ? this.#failure
        : new UnitFailedError(this.#failure);
    if (this.#statements.hasOpenSections || this.runner.transactionDepth !== this.#depth)
      throw new OpenTransactionError();
    this.#state = 'ended';
    await traceChannels.commit.run('transaction', () =>
      ending.run(this, () => this.runner.commitTransaction()),
    );
    await this.runner.release();
    await callAfterCommit(this.#afterCommit, callbackLimitMs, logger);
  }

  /** The root cause of an error that the work threw. */
  reasonFor(error: unknown): unknown {
    return lossOrError(error, this.runner);
  }

  /** Rolls everything back. Never throws, so that the original error is the one reported. */
  async rollBack(): Promise<void> {
    this.#state = 'ended';
    try {
      await withinTime(rollbackLimitMs, this.#endAndRollBack(), () => {
        throw new Error(`no response within ${rollbackLimitMs} ms`);
      });
      await this.runner.release();
    } catch (error) {
      logger.warn(`A rollback failed, its connection is closed: ${String(error)}`);
      await discard(this.runner, error);
    }
  }

  async #endAndRollBack(): Promise<void> {
    await this.#endRunning();
    await ending.run(this, () => this.#rollBackAll());
  }

  /** Aborts the running statement and waits for it. */
  async #endRunning(): Promise<void> {
    const running = this.#running?.catch(() => undefined);
    if (!running) return;
    this.runner.interrupt?.();
    await this.runner.cancelStatement?.();
    await running;
  }

  /** TypeORM rolls back to a savepoint for each transaction that it counts, and the last time completely. */
  async #rollBackAll(): Promise<void> {
    const { runner } = this;
    // A lost connection took its transaction with it.
    const isOpen = () => runner.isTransactionActive && !runner.isReleased;
    while (isOpen() && (runner.transactionDepth ?? 0) > (this.#depth ?? 0))
      await this.#nesting.rollbackTransaction();
    if (isOpen()) await runner.rollbackTransaction();
  }

  /** Where nested transactions are counted: the query runner of its manager. */
  get #nesting(): QueryRunner {
    return this.runner.manager.queryRunner ?? this.runner;
  }

  async #serialize(sql: string, run: () => Promise<unknown>): Promise<unknown> {
    if (ending.getStore() === this) return run();
    if (!this.isOpen) throw new UnitClosedError();
    return this.#statements.run(() => this.#run(sql, run));
  }

  async #run(sql: string, run: () => Promise<unknown>): Promise<unknown> {
    if (this.#state === 'ended') throw new UnitClosedError();
    const isUndoing = isRollbackToSavepoint(sql);
    if (this.#failure !== undefined && !(isUndoing && canBeUndone(this.#failure)))
      throw new UnitFailedError(this.#failure);
    try {
      assertAcceptable(sql, this.#dialect);
      if (this.runner.isOutsideTransaction) throw endedByStatement();
      const running = run();
      this.#running = running;
      const result = await running;
      if (isUndoing) this.#failure = undefined;
      return result;
    } catch (error) {
      const failure = failureOf(error);
      this.#failure ??= failure;
      throw failure;
    } finally {
      this.#running = undefined;
    }
  }
}

const dialectOf = ({ options }: DataSource): Dialect => (options.type === 'postgres' ? 'postgres' : 'sqlite');
