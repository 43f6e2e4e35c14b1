import { DataSource } from 'typeorm';
import type { QueryRunner, ReplicationMode } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { assertAcceptable } from '../../ddd/worker/refused-statements.js';
import type { PostgresOptions } from './postgres-options.js';
import { PostgresSockets } from './postgres-sockets.js';
import { ShortPostgresQueryRunner } from './postgres.query-runner.js';

/**
 * A data source whose transactions begin in one round trip, and which closes in bounded time; TypeORM's factory of drivers
 * is closed.
 */
export class PostgresDataSource extends DataSource {
  constructor(options: PostgresOptions) {
    const sockets = new PostgresSockets();
    super({ ...options, extra: { ...(options.extra as object), stream: sockets.create } });
    Object.assign(this, { driver: new ShortPostgresDriver(this, sockets) });
  }

  /** What would leave its mark on a connection of the pool is refused, unless the caller holds the connection. */
  override async query<Result>(sql: string, parameters?: unknown[], runner?: QueryRunner): Promise<Result> {
    if (!runner) assertAcceptable(sql, 'postgres');
    return super.query<Result>(sql, parameters, runner);
  }
}

class ShortPostgresDriver extends PostgresDriver {
  constructor(
    dataSource: DataSource,
    private readonly sockets: PostgresSockets,
  ) {
    super(dataSource);
  }

  override createQueryRunner(mode: ReplicationMode): ShortPostgresQueryRunner {
    return new ShortPostgresQueryRunner(this, mode);
  }

  override disconnect(): Promise<void> {
    return this.sockets.end(() => super.disconnect());
  }
}
