import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { IdempotencyMaintenance } from './idempotency-maintenance.js';
import { IdempotencyOptions } from './idempotency-options.js';
import { IdempotencyWorker } from './idempotency.worker.js';
import { IdempotentRequests } from './idempotent-requests.js';

type Options = Pick<FactoryProvider<IdempotencyOptions>, 'inject' | 'useFactory'> &
  Pick<ModuleMetadata, 'imports'>;

/** Executes requests with an `Idempotency-Key` once, for the routes that declare it with `@Idempotent()`. */
@Module({})
export class IdempotencyModule {
  static with({ imports = [], ...options }: Options): DynamicModule {
    return {
      module: IdempotencyModule,
      global: true,
      imports,
      providers: [
        { provide: IdempotencyOptions, ...options },
        IdempotencyWorker,
        IdempotentRequests,
        IdempotencyMaintenance,
      ],
      exports: [IdempotentRequests],
    };
  }
}
