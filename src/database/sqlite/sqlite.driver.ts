import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';
import type { DataSource, ObjectLiteral, QueryRunner, ReplicationMode } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { AbstractSqliteDriver } from 'typeorm/driver/sqlite-abstract/AbstractSqliteDriver.js';
import { DatabaseStartError } from '../database-start.error.js';
import { withEscapedDefault } from '../escaped-default.js';
import { DatabaseFileError, refuseOrphanedLog } from './database-file.error.js';
import { checkFile, refuseReadOnly } from './file-check.js';
import { traceChannels } from '../../ddd/diagnostics/index.js';
import { ConnectionPool } from './connection-pool.js';
import type { PooledConnection, PoolStats } from './connection-pool.js';
import { OpenedFiles } from './opened-files.js';
import { WriteAheadLog } from './write-ahead-log.js';
import type { SqliteConnections } from './sqlite-connections.js';
import { SqliteConnection } from './sqlite-connection.js';
import {
  assertNotRounded,
  isMoment,
  typeFor,
  withStoredDefault,
  withType,
  writtenMoment,
} from './sqlite-types.js';
import { busyTimeoutMs } from './sqlite-open.js';
import { SqliteQueryRunner } from './sqlite.query-runner.js';

const readers = 3;
const limits = { maxWaitMs: 30_000, maxWaiting: 1_000 };

/**
 * TypeORM over the `sqlite3` package: one writer behind a fair queue and a few read-only connections, so that
 * transactions never nest into each other and readers never wait for a writer (docs/adr/0002).
 */
export class SqliteDriver extends AbstractSqliteDriver implements SqliteConnections {
  #writer: SqliteConnection | undefined;
  #readers: readonly SqliteConnection[] = [];
  #writerPool = new ConnectionPool<SqliteConnection>([], limits);
  #readerPool = new ConnectionPool<SqliteConnection>([], limits);
  #opened: OpenedFiles | undefined;
  #log: WriteAheadLog | undefined;
  #isNew = false;

  constructor(
    dataSource: DataSource,
    readonly file: string,
  ) {
    super(dataSource);
    this.database = file;
  }

  /** @throws DatabaseFileError when the file cannot serve as a database */
  override async connect(): Promise<void> {
    try {
      await mkdir(dirname(this.file), { recursive: true });
      this.#isNew = !existsSync(this.file);
      refuseOrphanedLog(this.file);
      await checkFile(this.file);
      await this.#open();
    } catch (error) {
      if (error instanceof DatabaseStartError) throw error;
      throw error instanceof Error ? new DatabaseFileError(this.file, error) : error;
    }
  }

  async #open(): Promise<void> {
    this.#writer = await SqliteConnection.open(this.file, 'read-write');
    await refuseReadOnly(this.#writer);
    this.#readers = await Promise.all(
      Array.from({ length: readers }, () => SqliteConnection.open(this.file, 'read-only')),
    );
    this.#writerPool = new ConnectionPool([this.#writer], limits);
    this.#readerPool = new ConnectionPool(this.#readers, limits);
    const opened = (this.#opened = new OpenedFiles(this.file));
    opened.refuseMoved();
    this.#log = new WriteAheadLog({
      file: this.file,
      refuseMoved: () => opened.refuseMoved(),
      checkpoint: () => this.#checkpoint(),
    });
  }

  /** Whether the file did not exist before this driver opened it. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Size of the write-ahead log. */
  get logSizeBytes(): number {
    return this.#log?.sizeBytes ?? 0;
  }

  /** Closes the readers, then the writer, whose close checkpoints the write-ahead log. */
  override async disconnect(): Promise<void> {
    await this.#log?.stop();
    for (const connection of this.#readers) await connection.close();
    await this.#writer?.close();
    this.#readers = [];
    this.#writer = undefined;
  }

  /**
   * Waits for a connection: the writer for `master`, a reader for `slave`.
   * @throws DatabaseFileMovedError when the file is no longer where it was opened
   */
  async acquire(mode: ReplicationMode): Promise<PooledConnection<SqliteConnection>> {
    this.#opened?.refuseMoved();
    return mode === 'slave'
      ? traceChannels.connection.run('reader', () => this.#readerPool.acquire())
      : traceChannels.connection.run('writer', () => this.#writerPool.acquire());
  }

  /** Utilization of the connections. */
  get stats(): { readonly writer: PoolStats; readonly reader: PoolStats } {
    return { writer: this.#writerPool.stats, reader: this.#readerPool.stats };
  }

  /** Empties the write-ahead log as far as readers allow. @returns whether it is empty */
  async emptyLog(): Promise<boolean> {
    await this.#checkpoint();
    return this.logSizeBytes === 0;
  }

  /** Writes the whole file anew, so that it has only what is in its tables. */
  async rewriteFile(): Promise<void> {
    const pooled = await this.#writerPool.acquire();
    await pooled.item.rows('VACUUM').finally(() => pooled.release());
  }

  /** Never blocks: it waits neither for this process nor for readers of other processes. */
  async #checkpoint(): Promise<void> {
    if (!this.#writerPool.stats.idle) return;
    const pooled = await this.#writerPool.acquire();
    const writer = pooled.item;
    try {
      await writer.rows('PRAGMA busy_timeout = 0');
      await writer.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      await writer.rows(`PRAGMA busy_timeout = ${busyTimeoutMs}`).finally(() => pooled.release());
    }
  }

  /** Rolls back what is open on the connection, and re-enables foreign keys, before the next caller gets it. */
  async releaseClean(pooled: PooledConnection<SqliteConnection>): Promise<void> {
    try {
      await pooled.item.rollBack();
      await pooled.item.write('PRAGMA foreign_keys = ON');
    } finally {
      pooled.release();
    }
  }

  /**
   * A number that changes with each commit of another process, and with none of this one's.
   * (https://sqlite.org/pragma.html#pragma_data_version, read on the connection that makes all our commits)
   */
  async dataVersion(): Promise<number> {
    const [row] = (await this.#writer?.rows('PRAGMA data_version')) ?? [];
    return Number(row?.['data_version'] ?? 0);
  }

  override createQueryRunner(mode: ReplicationMode): QueryRunner {
    return new SqliteQueryRunner(this, mode);
  }

  /** TypeORM would write numbers into the text, so a statement with a time in it would be prepared anew each time. */
  override escapeQueryWithParameters(sql: string, parameters: ObjectLiteral): [string, unknown[]] {
    const held = Object.entries(parameters).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? new HeldNumber(value) : value,
    ]);
    const [text, values] = super.escapeQueryWithParameters(sql, Object.fromEntries(held) as ObjectLiteral);
    return [text, values.map((value: unknown) => (value instanceof HeldNumber ? value.held : value))];
  }

  override normalizeDefault(column: ColumnMetadata): string | undefined {
    return super.normalizeDefault(withEscapedDefault(withStoredDefault(column)));
  }

  override normalizeType(column: Partial<ColumnMetadata>): string {
    // SQLite numbers rows automatically only in a column declared as INTEGER PRIMARY KEY.
    if (column.isGenerated && column.generationStrategy === 'increment') return 'integer';
    return super.normalizeType({ ...column, ...typeFor(column.type) });
  }

  /** @throws InvalidValueError for an invalid moment, which TypeORM would write as NaN */
  override preparePersistentValue(value: unknown, column: ColumnMetadata): unknown {
    return isMoment(column) && (types.isDate(value) || column.transformer)
      ? writtenMoment(value, column)
      : (super.preparePersistentValue(value, withType(column)) as unknown);
  }

  /** @throws InvalidValueError for an integer that the `sqlite3` package has rounded */
  override prepareHydratedValue(value: unknown, column: ColumnMetadata): unknown {
    assertNotRounded(value, column);
    return super.prepareHydratedValue(value, withType(column)) as unknown;
  }

  override buildTableName(tableName: string): string {
    return tableName;
  }

  protected override createDatabaseConnection(): Promise<never> {
    throw new Error('connect() opens the connections of this driver');
  }

  protected override loadDependencies(): void {
    // sqlite3 is imported by SqliteConnection.
  }
}

class HeldNumber {
  constructor(readonly held: number) {}
}
