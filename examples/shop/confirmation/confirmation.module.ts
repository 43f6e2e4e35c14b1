import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Settings } from '../../../src/config/settings.js';
import { HttpClientModule, components } from '../../../src/ddd/component/index.js';
import { ConfirmationHandler } from './confirmation.handler.js';
import { ConfirmationWorker } from './confirmation.worker.js';
import { DeliveryWorker } from './delivery.worker.js';

/** Confirmations: recorded in the unit of work that causes them, delivered afterwards by the courier. */
@Module({})
export class ConfirmationModule {
  /** @param baseURL where the notification service is */
  static at(baseURL: string): DynamicModule {
    const client = HttpClientModule.with({
      inject: [Settings],
      // The courier's own limit ends a delivery before this one.
      useFactory: ({ notification }: Settings) => ({ baseURL, timeout: 2 * notification.timeoutMs }),
    });
    return {
      module: ConfirmationModule,
      imports: [client],
      ...components(ConfirmationWorker, DeliveryWorker, ConfirmationHandler),
    };
  }
}
