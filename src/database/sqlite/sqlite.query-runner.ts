import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { QueryResult, QueryRunner, ReplicationMode } from 'typeorm';
import { AbstractSqliteQueryRunner } from 'typeorm/driver/sqlite-abstract/AbstractSqliteQueryRunner.js';
import { Broadcaster } from 'typeorm/subscriber/Broadcaster.js';
import { BroadcasterResult } from 'typeorm/subscriber/BroadcasterResult.js';
import { StatementGuard } from '../../ddd/worker/index.js';
import type { StatementGate, UnitQueryRunner } from '../../ddd/worker/index.js';
import { boundValue } from './bound-value.js';
import type { PooledConnection } from './connection-pool.js';
import { assertRunnable, execute, executeAtomically, onlyReads } from './sqlite-execution.js';
import type { SqliteStatement } from './sqlite-statements.js';
import { sqliteStatements } from './sqlite-statements.js';
import { isAlreadyRolledBack } from './sqlite-connection.js';
import type { SqliteConnection } from './sqlite-connection.js';
import type { SqliteConnections } from './sqlite-connections.js';
import type { AbstractSqliteDriver } from 'typeorm/driver/sqlite-abstract/AbstractSqliteDriver.js';

type IsolationLevel = Parameters<QueryRunner['startTransaction']>[0];

/** Holds a connection for the duration of a transaction; outside of one, for a single statement. */
export class SqliteQueryRunner extends AbstractSqliteQueryRunner implements UnitQueryRunner {
  /** Public, because a unit of work compares it. */
  declare transactionDepth: number;
  readonly #statements: StatementGuard;
  #pooled: PooledConnection<SqliteConnection> | undefined;
  #migrating = false;
  #foreignKeysOff = false;

  constructor(
    override readonly driver: AbstractSqliteDriver & SqliteConnections,
    private readonly replicationMode: ReplicationMode,
  ) {
    super();
    this.dataSource = driver.dataSource;
    this.broadcaster = new Broadcaster(this);
    this.#statements = new StatementGuard(this, replicationMode);
  }

  passThrough(gate: StatementGate | undefined): void {
    this.#statements.passThrough(gate);
  }

  override async startTransaction(isolation?: IsolationLevel): Promise<void> {
    this.#pooled ??= await this.driver.acquire(this.replicationMode);
    try {
      await super.startTransaction(isolation);
    } catch (error) {
      if (this.transactionDepth === 0) {
        this.isTransactionActive = false;
        // Whatever prevented it, such as a transaction left open, must not prevent the next caller's.
        await this.#pooled?.item.rollBack();
        await this.#giveBack();
      }
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) await this.#giveBack();
  }

  override async rollbackTransaction(): Promise<void> {
    try {
      await super.rollbackTransaction();
    } catch (error) {
      if (!isAlreadyRolledBack(error)) throw error;
      this.isTransactionActive = false;
      this.transactionDepth = 0;
    }
    if (!this.isTransactionActive) await this.#giveBack();
  }

  /** Rolls back what is still open. (TypeORM's own dispose would commit it.) */
  override async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    const pooled = this.#pooled;
    this.#pooled = undefined;
    if (pooled && (this.isTransactionActive || this.#foreignKeysOff)) await this.driver.releaseClean(pooled);
    else pooled?.release();
    this.isTransactionActive = false;
    await super.release();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /** Makes the running statement, if any, fail. */
  interrupt(): void {
    this.#pooled?.item.interrupt();
  }

  /** Rebuilding a table would cascade deletes to its children, so the connection is held with foreign keys off. */
  override async beforeMigration(): Promise<void> {
    this.#pooled ??= await this.driver.acquire('master');
    this.#migrating = true;
    this.#foreignKeysOff = true;
    // TypeORM calls this inside the transaction of a revert, where SQLite ignores the pragma.
    if (this.isTransactionActive) await this.query('COMMIT');
    await this.query('PRAGMA foreign_keys = OFF');
    if (this.isTransactionActive) await this.query('BEGIN IMMEDIATE');
  }

  /** Foreign keys are re-enabled when the connection is released: in a revert, after the commit. */
  override async afterMigration(): Promise<void> {
    this.#migrating = false;
    if (!this.isTransactionActive) await this.#giveBack();
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  override query(sql: string, parameters: unknown[] = [], structured = false): Promise<any> {
    return this.#statements.run(sql, () => this.#query(sql, parameters, structured));
  }

  async #query(sql: string, parameters: unknown[], structured: boolean): Promise<unknown> {
    if (this.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const values = parameters.map(boundValue);
    // Writers queue in the driver; taking the lock at once spares them SQLITE_BUSY_SNAPSHOT on the first write.
    const statement =
      sql === 'BEGIN TRANSACTION' && this.replicationMode === 'master' ? 'BEGIN IMMEDIATE' : sql;
    const statements = sqliteStatements(statement);
    assertRunnable(statements, values, this.#pooled !== undefined);
    this.dataSource.logger.logQuery(statement, values, this);
    try {
      const execute = () => this.#execute(statements, values);
      const result = await (this.#hasListeners ? this.#report(statement, values, execute) : execute());
      return structured ? result : result.raw;
    } catch (error) {
      this.dataSource.logger.logQueryError(error as Error, statement, values, this);
      throw new QueryFailedError(statement, values, error as Error);
    }
  }

  /** On the held connection, or on one for this text alone. */
  async #execute(statements: readonly SqliteStatement[], values: unknown[]): Promise<QueryResult> {
    const isPart = statements.length < 2 || this.isTransactionActive;
    const run = (connection: SqliteConnection) =>
      isPart ? execute(connection, statements, values) : executeAtomically(connection, statements);
    if (this.#pooled) return run(this.#pooled.item);
    const pooled = await this.driver.acquire(statements.every(onlyReads) ? 'slave' : 'master');
    try {
      return await run(pooled.item);
    } finally {
      pooled.release();
    }
  }

  get #hasListeners(): boolean {
    return this.dataSource.subscribers.some(
      (listener) => 'beforeQuery' in listener || 'afterQuery' in listener,
    );
  }

  /** Notifies TypeORM's subscribers before and after a statement. */
  async #report(sql: string, values: unknown[], execute: () => Promise<QueryResult>): Promise<QueryResult> {
    await this.broadcaster.broadcast('BeforeQuery', sql, values);
    const events = new BroadcasterResult();
    const began = Date.now();
    const report = (isDone: boolean, raw?: unknown, error?: unknown) =>
      this.broadcaster.broadcastAfterQueryEvent(events, sql, values, isDone, Date.now() - began, raw, error);
    try {
      const result = await execute();
      report(true, result.raw);
      return result;
    } catch (error) {
      report(false, undefined, error);
      throw error;
    } finally {
      await events.wait();
    }
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  protected override async loadTableRecords(tablePath: string, kind: 'table' | 'index'): Promise<any> {
    const column = kind === 'table' ? 'name' : 'tbl_name';
    return this.query(
      `SELECT NULL AS "database", * FROM "sqlite_master" WHERE "type" = ? AND "${column}" = ?`,
      [kind, tablePath],
    );
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  protected override async loadPragmaRecords(tablePath: string, pragma: string): Promise<any> {
    return this.query(`PRAGMA ${pragma}("${tablePath}")`);
  }

  async #giveBack(): Promise<void> {
    const pooled = this.#pooled;
    if (!pooled || this.#migrating) return;
    this.#pooled = undefined;
    if (this.#foreignKeysOff) await this.driver.releaseClean(pooled);
    else pooled.release();
    this.#foreignKeysOff = false;
  }
}
