export { DeliveryWorker } from './delivery.worker.js';
export { MailLimit } from './mail-limit.service.js';
export { NotificationModule } from './notification.module.js';
export { NotificationWorker } from './notification.worker.js';
export { reuseTopic } from './reuse-message.repository.js';
export { WelcomeHandler } from './welcome.handler.js';
export { welcomeTopic, WelcomeMessageRepository } from './welcome-message.repository.js';
export type { WelcomeMessage } from './welcome-message.repository.js';
