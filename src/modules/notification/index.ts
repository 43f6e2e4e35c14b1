export { DeliveryWorker } from './delivery.worker.js';
export { MailLimit } from './mail-limit.service.js';
export { reuseTopic, welcomeTopic, WelcomeMessageRepository } from './notification.messages.js';
export type { Recipient } from './notification.messages.js';
export { NotificationModule } from './notification.module.js';
export { NotificationWorker } from './notification.worker.js';
