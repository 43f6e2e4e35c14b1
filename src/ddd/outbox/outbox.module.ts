import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { SqlWorker } from '../worker/sql.worker.js';
import { Courier } from './courier.js';
import { CourierOptions } from './courier-options.js';
import { OutboxQueue } from './outbox-queue.js';

/** The queue of recorded messages and the courier that delivers them. */
@Module({})
export class OutboxModule {
  static with(options: Pick<FactoryProvider<CourierOptions>, 'inject' | 'useFactory'>): DynamicModule {
    return {
      module: OutboxModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [{ provide: CourierOptions, ...options }, SqlWorker, OutboxQueue, Courier],
      exports: [OutboxQueue, Courier],
    };
  }
}
