import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { ReplicationMode } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { StatementGuard, UnitFailedError } from '../../ddd/worker/index.js';
import type { StatementGate, UnitQueryRunner } from '../../ddd/worker/index.js';
import { requestCancel } from './cancel-request.js';
import type { RunningClient } from './cancel-request.js';
import { watchReplication } from './replication-wait.js';

/** `readyForQuery` is false from a statement until the server has reported the state of the transaction after it. */
type Client = pg.PoolClient & RunningClient & { readonly readyForQuery: boolean };

/** How long the server may take to report the state of the transaction after an error. */
const statusTimeoutMs = 1_000;
const logger = new Logger('PostgreSQL');

/**
 * Returns no connection to the pool on which the server still has a transaction open. The server reports its state with
 * every response (ReadyForQuery), so this costs no round trip; TypeORM's own transaction count is wrong after a failure.
 */
export class CleanPostgresQueryRunner extends PostgresQueryRunner implements UnitQueryRunner {
  /** Public, because a unit of work compares it. */
  declare transactionDepth: number;
  protected readonly statements: StatementGuard;
  #connected: Promise<unknown> | undefined;
  #loss: Error | undefined;

  constructor(driver: PostgresDriver, mode: ReplicationMode) {
    super(driver, mode);
    this.statements = new StatementGuard(this, mode);
  }

  get loss(): Error | undefined {
    return this.#loss;
  }

  passThrough(gate: StatementGate | undefined): void {
    this.statements.passThrough(gate);
  }

  /** Records why a connection is released, also when TypeORM releases it because the server closed an idle one. */
  override connect(): Promise<unknown> {
    return (this.#connected ??= super.connect().then((client: pg.PoolClient) => {
      watchReplication(client);
      const { releaseCallback } = this;
      this.releaseCallback = (error?: Error) => {
        this.#loss ??= error;
        releaseCallback?.(error);
      };
      return client;
    }));
  }

  async discard(error: Error): Promise<void> {
    this.#loss ??= error;
    if (this.isReleased) return;
    const { releaseCallback } = this;
    this.releaseCallback = () => releaseCallback?.(error);
    await super.release();
  }

  /** @throws UnitFailedError where PostgreSQL would answer COMMIT by rolling back, without an error */
  override async commitTransaction(): Promise<void> {
    const isOutermost = this.isTransactionActive && this.transactionDepth === 1;
    if (isOutermost && (await this.#status()) !== 'T')
      throw new UnitFailedError(new Error('PostgreSQL has ended or aborted this transaction'));
    return super.commitTransaction();
  }

  /** Whether the server reports that no transaction is open; undefined while a response is pending. */
  get isOutsideTransaction(): boolean | undefined {
    const client = this.#client;
    return client?.readyForQuery ? client.getTransactionStatus() === 'I' : undefined;
  }

  /**
   * Cancels the running statement. Resolves once the server has delivered the cancellation, so that it cannot hit a
   * statement of the connection's next user.
   */
  async cancelStatement(): Promise<void> {
    if (this.#client) await requestCancel(this.#client);
  }

  /** Closes a connection with an open transaction: its next user would write into that transaction. */
  override async release(): Promise<void> {
    if (this.isReleased) return;
    if (this.#client && (await this.#status()) !== 'I') this.#closeOnRelease();
    return super.release();
  }

  #closeOnRelease(): void {
    const { releaseCallback } = this;
    this.releaseCallback = () => {
      logger.warn('A connection came back with an open transaction and is closed: commit it or roll it back');
      releaseCallback?.(new Error('A transaction was left open'));
    };
  }

  /** The state that the server reported last. After a failed statement the report may be pending, and is awaited. */
  async #status(): Promise<ReturnType<Client['getTransactionStatus']>> {
    const client = this.#client;
    if (!client) return null;
    if (!client.readyForQuery)
      await once(client, 'drain', { signal: AbortSignal.timeout(statusTimeoutMs) }).catch(() => undefined);
    return client.readyForQuery ? client.getTransactionStatus() : null;
  }

  get #client(): Client | undefined {
    return this.databaseConnection as Client | undefined;
  }
}
