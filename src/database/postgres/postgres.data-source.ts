import { DataSource } from 'typeorm';
import type { QueryRunner, ReplicationMode } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { assertAcceptable } from '../../ddd/worker/refused-statements.js';
import type { PostgresOptions } from './postgres-options.js';
import { ShortPostgresQueryRunner } from './postgres.query-runner.js';

/** A data source whose transactions begin in one round trip; TypeORM's factory of drivers is closed. */
export class PostgresDataSource extends DataSource {
  constructor(options: PostgresOptions) {
    super(options);
    Object.assign(this, { driver: new ShortPostgresDriver(this) });
  }

  /** What would leave its mark on a connection of the pool is refused, unless the caller holds the connection. */
  override async query<Result>(sql: string, parameters?: unknown[], runner?: QueryRunner): Promise<Result> {
    if (!runner) assertAcceptable(sql, 'postgres');
    return super.query<Result>(sql, parameters, runner);
  }
}

class ShortPostgresDriver extends PostgresDriver {
  override createQueryRunner(mode: ReplicationMode): ShortPostgresQueryRunner {
    return new ShortPostgresQueryRunner(this, mode);
  }
}
