import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { proxyFor, httpWorkerComponent, sqlWorkerComponent } from '../../ddd/component/index.js';
import { DeliveryWorker } from './delivery.worker.js';
import { MailLimit } from './mail-limit.service.js';
import { NotificationWorker } from './notification.worker.js';
import { ReuseHandler } from './reuse.handler.js';
import { WelcomeHandler } from './welcome.handler.js';

const promised = sqlWorkerComponent(NotificationWorker);
const delivered = httpWorkerComponent(DeliveryWorker);

/** Notifications: recorded in the unit of work that causes them, delivered afterwards by the courier. */
@Module({
  imports: [
    HttpModule.registerAsync({
      inject: [Settings],
      useFactory: ({ notification }: Settings) => ({
        ...(notification.url !== undefined && { baseURL: notification.url }),
        ...proxyFor(notification.url),
        // The courier's own limit ends a delivery earlier.
        timeout: 2 * notification.timeoutMs,
      }),
    }),
  ],
  providers: [...promised.providers, ...delivered.providers, MailLimit, WelcomeHandler, ReuseHandler],
  exports: [...promised.exports, ...delivered.exports, MailLimit],
})
export class NotificationModule {}
