import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { SqlWorker } from '../worker/sql.worker.js';
import { Clock } from './clock.js';
import { Courier } from './courier.js';
import { CourierOptions } from './courier-options.js';
import { Dispatch } from './dispatch.js';
import { Housekeeping } from './housekeeping.js';
import { OutboxQueue } from './outbox-queue.js';
import { RetryPolicy } from './retry-policy.js';

const retryPolicy: FactoryProvider<RetryPolicy> = {
  provide: RetryPolicy,
  inject: [CourierOptions],
  useFactory: ({ retryFor }: CourierOptions) => new RetryPolicy(retryFor),
};

/** The queue of recorded messages and the courier that delivers them. The assembly supplies a CommitSignal. */
@Module({})
export class OutboxModule {
  static with(options: Pick<FactoryProvider<CourierOptions>, 'inject' | 'useFactory'>): DynamicModule {
    return {
      module: OutboxModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        { provide: CourierOptions, ...options },
        retryPolicy,
        Clock,
        SqlWorker,
        OutboxQueue,
        Dispatch,
        Housekeeping,
        Courier,
      ],
      exports: [OutboxQueue, Courier],
    };
  }
}
