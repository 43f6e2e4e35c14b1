export { AccountMails } from './account-mails.service.js';
export type { MailState } from './account-message.repository.js';
export { exportMessages } from './message-export.js';
export { DeliveryWorker } from './delivery.worker.js';
export { MailLimit } from './mail-limit.service.js';
export { welcomeTopic, WelcomeMessageRepository } from './notification.messages.js';
export type { Recipient } from './notification.messages.js';
export { NotificationModule } from './notification.module.js';
export { NotificationWorker } from './notification.worker.js';
