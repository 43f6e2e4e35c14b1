import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { describeDataSource } from '../../ormconfig.js';
import { Settings } from '../config/settings.js';
import { UnitLimits } from '../ddd/worker/unit-limits.js';
import { CommitSignal } from '../ddd/outbox/commit-signal.js';
import { commitSignal } from './commit-signal.provider.js';
import { SchemaBootstrap } from './schema-bootstrap.js';
import { DatabaseFileError } from './sqlite/database-file.error.js';

/** The data source, its schema, and how long a unit of work on it may take. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ database }: Settings) =>
        ({
          ...describeDataSource(database).options,
          database: undefined,
          settings: database,
          // A server may still be starting; a file does not mend itself.
          toRetry: (error: unknown) => !(error instanceof DatabaseFileError),
        }) as never,
      dataSourceFactory: async (options) =>
        describeDataSource((options as never as { settings: Settings['database'] }).settings).initialize(),
    }),
  ],
  providers: [
    SchemaBootstrap,
    commitSignal,
    {
      provide: UnitLimits,
      inject: [Settings],
      useFactory: ({ unit }: Settings) => new UnitLimits(unit.timeout),
    },
  ],
  exports: [UnitLimits, CommitSignal],
})
export class DatabaseModule {}
