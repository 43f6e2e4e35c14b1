import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { components, proxyFor } from '../../ddd/component/index.js';
import { accountMails, forgetMessage } from './account-mail.messages.js';
import { AccountMails } from './account-mails.service.js';
import { DeliveryWorker } from './delivery.worker.js';
import { MailLimit } from './mail-limit.service.js';
import { ReuseMessageRepository, WelcomeMessageRepository } from './notification.messages.js';
import { NotificationWorker } from './notification.worker.js';

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
  ...components(
    NotificationWorker,
    DeliveryWorker,
    MailLimit,
    AccountMails,
    WelcomeMessageRepository.Handler,
    ReuseMessageRepository.Handler,
    forgetMessage.Handler,
    ...Object.values(accountMails).map(({ Handler }) => Handler),
  ),
})
export class NotificationModule {}
