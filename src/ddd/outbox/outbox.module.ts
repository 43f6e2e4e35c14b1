import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { InboxMaintenance, SqlWorker } from '../worker/index.js';
import { Clock } from './clock.js';
import { ConsumerReports } from './consumer-reports.js';
import { Courier } from './courier.js';
import { CourierOptions } from './courier-options.js';
import { Dispatch } from './dispatch.js';
import { OutboxMaintenance } from './outbox-maintenance.js';
import { OutboxQueue } from './outbox-queue.js';
import { Scheduler } from './schedule/scheduler.js';
import { TickRecorder } from './schedule/tick-recorder.js';
import { RetryPolicy } from './retry-policy.js';
import { Subscriptions } from './subscriptions.js';

/** A delivery that timed out is repeated after this many timeouts: a minute, with the usual timeout. */
const unknownWaitInTimeouts = 6;

const retryPolicy: FactoryProvider<RetryPolicy> = {
  provide: RetryPolicy,
  inject: [CourierOptions],
  useFactory: ({ retryForMs, sendTimeoutMs }: CourierOptions) =>
    new RetryPolicy(retryForMs, unknownWaitInTimeouts * sendTimeoutMs),
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
        OutboxMaintenance,
        ConsumerReports,
        InboxMaintenance,
        Subscriptions,
        TickRecorder,
        Scheduler,
        Courier,
      ],
      exports: [OutboxQueue, Courier],
    };
  }
}
