import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { DatabaseCountStore, LimitSecret } from './database-count-store.js';
import { LimitCount } from './limit-count.entity.js';
import { LimitCountRepository } from './limit-count.repository.js';
import { LimitMaintenance } from './limit-maintenance.js';
import { Limits } from './limits.service.js';

/** Limits for the whole program, and the table of those that are counted in the database. */
@Module({})
export class LimitModule {
  /** @param secret what keys are hashed with in the table */
  static with(
    secret: Pick<FactoryProvider<LimitSecret>, 'inject' | 'useFactory'> & Pick<ModuleMetadata, 'imports'>,
  ): DynamicModule {
    const { imports = [], ...factory } = secret;
    return {
      module: LimitModule,
      global: true,
      imports: [...imports, TypeOrmModule.forFeature([LimitCount])],
      providers: [
        { provide: LimitSecret, ...factory },
        {
          provide: DatabaseCountStore,
          inject: [getDataSourceToken(), LimitSecret],
          useFactory: (dataSource: DataSource, key: LimitSecret) => new DatabaseCountStore(dataSource, key),
        },
        {
          provide: LimitCountRepository,
          inject: [getDataSourceToken()],
          useFactory: (dataSource: DataSource) => new LimitCountRepository(dataSource),
        },
        LimitMaintenance,
        Limits,
      ],
      exports: [Limits, DatabaseCountStore],
    };
  }
}
