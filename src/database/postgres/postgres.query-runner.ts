import { types } from 'node:util';
import type pg from 'pg';
import { QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { CleanPostgresQueryRunner } from './clean-postgres.query-runner.js';
import { assertReplicated } from './replication-wait.js';

type IsolationLevel = Parameters<QueryRunner['startTransaction']>[0];

/** Begins a transaction in one round trip, where TypeORM sends each setting separately. */
export class SingleRoundTripQueryRunner extends CleanPostgresQueryRunner {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares it so
  override query(sql: string, parameters?: any[], structured?: boolean): Promise<any> {
    return this.statements.run(sql, async () => {
      const result: unknown = await super.query(sql, parameters?.map(inUtc), structured);
      assertReplicated(this.databaseConnection as pg.PoolClient);
      return result;
    });
  }

  /** A transaction in the mode `slave` is read-only. */
  override async startTransaction(isolation?: IsolationLevel): Promise<void> {
    if (this.transactionDepth > 0) return super.startTransaction(isolation);
    const requested = isolation ?? this.driver.options.isolationLevel;
    if (requested && !this.driver.supportedIsolationLevels.includes(requested))
      throw new TypeError(`PostgreSQL has no isolation level ${requested}`);
    this.isTransactionActive = true;
    try {
      await this.broadcaster.broadcast('BeforeTransactionStart');
      await this.#start(requested);
    } catch (error) {
      this.isTransactionActive = false;
      throw error;
    }
    this.transactionDepth = 1;
    await this.broadcaster.broadcast('AfterTransactionStart');
  }

  /**
   * A hot standby refuses SERIALIZABLE. Its strictest level lets units continue to read; a write then fails as on any
   * read-only database. (https://www.postgresql.org/docs/current/hot-standby.html)
   */
  async #start(isolation?: IsolationLevel): Promise<void> {
    const level = isolation ? ` ISOLATION LEVEL ${isolation}` : '';
    const access = this.mode === 'slave' ? ' READ ONLY' : '';
    try {
      await this.query(`START TRANSACTION${level}${access}${this.#onBegin}`);
    } catch (error) {
      if (isolation !== 'SERIALIZABLE' || !isNotSupported(error)) throw error;
      await this.#start('REPEATABLE READ');
    }
  }

  get #onBegin(): string {
    const { onBegin } = (this.driver.options.extra ?? {}) as { onBegin?: string };
    return onBegin ? `; ${onBegin}` : '';
  }
}

/** SQLSTATE 0A000, feature_not_supported. */
const isNotSupported = (error: unknown) =>
  error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '0A000';

/** A Date in UTC: the driver would write it in the time zone of the process, which a column without a zone drops. */
function inUtc(parameter: unknown): unknown {
  if (Array.isArray(parameter)) return parameter.map(inUtc);
  if (!types.isDate(parameter)) return parameter;
  if (Number.isNaN(parameter.getTime()))
    throw new TypeError('A parameter is an invalid Date, which cannot be stored');
  return parameter.toISOString();
}
