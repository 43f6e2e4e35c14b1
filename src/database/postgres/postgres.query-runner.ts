import type { QueryRunner } from 'typeorm';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

type IsolationLevel = Parameters<QueryRunner['startTransaction']>[0];

/** Begins a transaction in one round trip, where TypeORM takes one for each thing there is to say about it. */
export class ShortPostgresQueryRunner extends PostgresQueryRunner {
  /** A transaction in the mode `slave` only reads. */
  override async startTransaction(isolation?: IsolationLevel): Promise<void> {
    if (this.transactionDepth > 0) return super.startTransaction(isolation);
    const asked = isolation ?? this.driver.options.isolationLevel;
    if (asked && !this.driver.supportedIsolationLevels.includes(asked))
      throw new TypeError(`PostgreSQL has no isolation level ${asked}`);
    const level = asked ? ` ISOLATION LEVEL ${asked}` : '';
    const access = this.mode === 'slave' ? ' READ ONLY' : '';
    this.isTransactionActive = true;
    try {
      await this.broadcaster.broadcast('BeforeTransactionStart');
      await this.query(`START TRANSACTION${level}${access}`);
    } catch (error) {
      this.isTransactionActive = false;
      throw error;
    }
    this.transactionDepth = 1;
    await this.broadcaster.broadcast('AfterTransactionStart');
  }
}
