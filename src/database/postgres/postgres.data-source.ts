import type { DataSource, ReplicationMode } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { traceChannels } from '../../ddd/diagnostics/index.js';
import { UnitDataSource } from '../../ddd/worker/index.js';
import { withEscapedDefault } from '../escaped-default.js';
import type { PostgresOptions } from './postgres-options.js';
import { PostgresSockets } from './postgres-sockets.js';
import { SingleRoundTripQueryRunner } from './postgres.query-runner.js';
import { utcSession } from './utc-session.js';

/**
 * A data source whose transactions begin in one round trip, which closes in bounded time, and whose timestamps do not
 * depend on any time zone. It replaces the driver, because TypeORM's driver factory cannot be extended.
 */
export class PostgresDataSource extends UnitDataSource {
  constructor(options: PostgresOptions) {
    const sockets = new PostgresSockets();
    super({ ...options, extra: { ...utcSession, ...(options.extra as object), stream: sockets.create } });
    Object.assign(this, { driver: new SingleRoundTripDriver(this, sockets) });
  }
}

/** PostgreSQL's names for types that SQLite calls differently, so that one entity serves both. */
const typeNames: Readonly<Record<string, string>> = {
  datetime: 'timestamp with time zone',
  blob: 'bytea',
  double: 'double precision',
};

class SingleRoundTripDriver extends PostgresDriver {
  constructor(
    dataSource: DataSource,
    private readonly sockets: PostgresSockets,
  ) {
    super(dataSource);
  }

  /** Traces the wait for a pooled connection. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-function-type -- as TypeORM declares it
  override obtainMasterConnection(): Promise<[any, Function]> {
    return traceChannels.connection.run('postgres', () => super.obtainMasterConnection());
  }

  override createQueryRunner(mode: ReplicationMode): SingleRoundTripQueryRunner {
    return new SingleRoundTripQueryRunner(this, mode);
  }

  override disconnect(): Promise<void> {
    return this.sockets.end(() => super.disconnect());
  }

  override normalizeType(column: Partial<ColumnMetadata>): string {
    return typeNames[String(column.type)] ?? super.normalizeType(column);
  }

  override normalizeDefault(column: ColumnMetadata): string | undefined {
    return super.normalizeDefault(withEscapedDefault(column));
  }
}
