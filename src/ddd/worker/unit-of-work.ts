import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { steps } from '../diagnostics/steps.js';
import { translateDriverError } from '../repository/driver-error.js';
import { lossBehind } from './endable-query-runner.js';
import type { EndableQueryRunner } from './endable-query-runner.js';
import { insideUnit } from './open-unit.js';
import { UnitClosedError, UnitFailedError } from './worker.errors.js';

export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

export interface UnitOptions {
  /** Refuses writes; on SQLite such a unit does not wait for writers. */
  readonly readOnly?: boolean;
  /** PostgreSQL's isolation level; SQLite is always serializable. */
  readonly isolation?: Isolation;
}

/** Milliseconds that a rollback may take before the connection is thrown away instead. */
const rollbackLimit = 1_000;
const logger = new Logger('UnitOfWork');

/**
 * One open transaction. Its statements run one after another, whatever the callback does in parallel; the first that
 * fails dooms it; after its end it runs none.
 */
export class UnitOfWork {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #query: QueryRunner['query'];
  /** The newest statement. */
  #statements: Promise<unknown> = Promise.resolve();
  #unanswered = 0;
  #isRunning = false;
  #state: 'open' | 'committing' | 'ended' = 'open';
  #failure: unknown;

  private constructor(
    readonly dataSource: DataSource,
    private readonly runner: EndableQueryRunner,
  ) {
    this.#query = runner.query.bind(runner);
    runner.query = (...statement: Parameters<QueryRunner['query']>) => this.#inTurn(statement);
  }

  /** Opens a transaction. Whatever fails, the connection goes back. */
  static async begin(
    dataSource: DataSource,
    { readOnly = false, isolation }: UnitOptions,
  ): Promise<UnitOfWork> {
    // What begins as `slave` only reads, on both databases.
    const runner: EndableQueryRunner = dataSource.createQueryRunner(readOnly ? 'slave' : 'master');
    try {
      const isPostgres = dataSource.options.type === 'postgres';
      await steps.begin.run('transaction', () =>
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

  /** The error of the statement that doomed this unit, if one did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** @throws UnitClosedError after the end of the unit */
  get manager(): EntityManager {
    if (!this.isOpen) throw new UnitClosedError();
    return this.runner.manager;
  }

  /** Calls back once, after the commit and never without it. What the callback throws is logged. */
  afterCommit(callback: () => unknown): void {
    if (!this.isOpen) throw new UnitClosedError();
    this.#afterCommit.push(callback);
  }

  /** Runs code that belongs to this unit. */
  inside<Result>(work: () => Result): Result {
    return insideUnit(this, work);
  }

  /** @throws UnitFailedError when a statement had failed and its error was swallowed */
  async commit(): Promise<void> {
    this.#state = 'committing';
    await this.#quiet();
    if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
    this.#end();
    await steps.commit.run('transaction', () => this.runner.commitTransaction());
    await this.runner.release();
    for (const callback of this.#afterCommit) await quietly(callback);
  }

  /** What really ended the work that threw this. */
  reasonFor(error: unknown): unknown {
    return lossBehind(error, this.runner);
  }

  /** Undoes everything; never throws, so that the error that led here is the one that is seen. */
  async rollBack(): Promise<void> {
    this.#end();
    if (this.#isRunning) this.runner.interrupt?.();
    try {
      await within(rollbackLimit, async () => {
        await this.#quiet();
        // A connection that was lost took its transaction with it.
        if (this.runner.isTransactionActive && !this.runner.isReleased)
          await this.runner.rollbackTransaction();
      });
      await this.runner.release();
    } catch (error) {
      logger.warn(`A rollback failed, its connection is thrown away: ${String(error)}`);
      await discard(this.runner, error);
    }
  }

  #end(): void {
    this.#state = 'ended';
    this.runner.query = this.#query;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  async #inTurn(statement: Parameters<QueryRunner['query']>): Promise<any> {
    if (!this.isOpen) throw new UnitClosedError();
    const run = () => this.#run(statement);
    const result = this.#unanswered++ ? this.#statements.then(run, run) : run();
    this.#statements = result;
    return result;
  }

  async #run(statement: Parameters<QueryRunner['query']>): Promise<unknown> {
    try {
      if (this.#state === 'ended') throw new UnitClosedError();
      if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
      this.#isRunning = true;
      return await this.#query(...statement);
    } catch (error) {
      if (!(error instanceof UnitClosedError)) this.#failure ??= error;
      throw error;
    } finally {
      this.#isRunning = false;
      this.#unanswered--;
    }
  }

  /** Waits for the statements under way, however they end. */
  async #quiet(): Promise<void> {
    if (this.#unanswered) await this.#statements.catch(() => undefined);
  }
}

async function discard(runner: EndableQueryRunner, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error : new Error(String(error));
  const discarded = runner.releasePostgresConnection?.(reason) ?? runner.release();
  await discarded.catch((failure: unknown) =>
    logger.warn(`A connection could not be given back: ${String(failure)}`),
  );
}

async function within(limit: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([work(), expired]);
  } finally {
    clearTimeout(timer);
  }
}

async function quietly(callback: () => unknown): Promise<void> {
  try {
    await callback();
  } catch (error) {
    logger.error('A callback after a commit failed', error instanceof Error ? error.stack : String(error));
  }
}
