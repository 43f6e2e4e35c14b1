import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Settings } from '../config/settings.js';
import { UnitLimits } from '../ddd/worker/index.js';
import { CommitSignal } from '../ddd/outbox/index.js';
import { commitSignal } from './commit-signal.provider.js';
import { dataSourceOf } from './data-source.js';
import { describeDataSource } from './describe-data-source.js';
import { openDataSource } from './open-data-source.js';
import { ErasedStorage } from '../modules/user/index.js';
import { scrubFiles } from './scrub-files.js';
import { SchemaInitializer } from './schema/schema-initializer.js';
import { SchemaState } from './schema/schema-state.js';

/** How long a start waits for PostgreSQL to come up. */
const maxAbsenceMs = 30_000;

/** The data source, its schema, and how long a unit of work on it may take. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ database }: Settings) => ({
        ...describeDataSource(database).options,
        toRetry: () => false, // openDataSource decides what is worth a retry.
      }),
      // The options are optional only by type: TypeORM passes those above.
      dataSourceFactory: async (options) =>
        openDataSource(
          dataSourceOf(options as DataSourceOptions),
          options?.type === 'postgres' ? maxAbsenceMs : 0,
        ),
    }),
  ],
  providers: [
    SchemaInitializer,
    SchemaState,
    commitSignal,
    {
      provide: ErasedStorage,
      inject: [DataSource],
      useFactory: (dataSource: DataSource): ErasedStorage => ({
        scrub: (texts) => scrubFiles(dataSource, texts),
      }),
    },
    {
      provide: UnitLimits,
      inject: [Settings],
      useFactory: ({ unit }: Settings) => new UnitLimits(unit.timeoutMs),
    },
  ],
  exports: [ErasedStorage, UnitLimits, SchemaState, CommitSignal],
})
export class DatabaseModule {}
