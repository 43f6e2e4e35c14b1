import { DataSource } from 'typeorm';
import type { ReplicationMode } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { PostgresOptions } from './postgres-options.js';
import { ShortPostgresQueryRunner } from './postgres.query-runner.js';

/** A data source whose transactions begin in one round trip; TypeORM's factory of drivers is closed. */
export class PostgresDataSource extends DataSource {
  constructor(options: PostgresOptions) {
    super(options);
    Object.assign(this, { driver: new ShortPostgresDriver(this) });
  }
}

class ShortPostgresDriver extends PostgresDriver {
  override createQueryRunner(mode: ReplicationMode): ShortPostgresQueryRunner {
    return new ShortPostgresQueryRunner(this, mode);
  }
}
