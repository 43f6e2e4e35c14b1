import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { describeDataSource } from '../../ormconfig.js';
import { Settings } from '../config/settings.js';
import { UnitLimits } from '../ddd/worker/unit-limits.js';
import { CommitSignal } from '../ddd/outbox/commit-signal.js';
import { commitSignal } from './commit-signal.provider.js';
import { dataSourceOf } from './data-source.js';
import { SchemaKeeper } from './schema/schema-keeper.js';
import { SchemaState } from './schema/schema-state.js';
import { DatabaseFileError } from './sqlite/database-file.error.js';

/** The data source, its schema, and how long a unit of work on it may take. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ database }: Settings) => ({
        ...describeDataSource(database).options,
        // A server may still be starting; a file does not mend itself.
        toRetry: (error: unknown) => !(error instanceof DatabaseFileError),
      }),
      // The factory's type allows for no options; it is given those above.
      dataSourceFactory: async (options) => dataSourceOf(options as DataSourceOptions).initialize(),
    }),
  ],
  providers: [
    SchemaKeeper,
    SchemaState,
    commitSignal,
    {
      provide: UnitLimits,
      inject: [Settings],
      useFactory: ({ unit }: Settings) => new UnitLimits(unit.timeout),
    },
  ],
  exports: [UnitLimits, SchemaState, CommitSignal],
})
export class DatabaseModule {}
