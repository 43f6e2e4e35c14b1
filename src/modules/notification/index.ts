export { DeliveryWorker } from './delivery.worker.js';
export { NotificationModule } from './notification.module.js';
export { NotificationWorker } from './notification.worker.js';
export { WelcomeHandler } from './welcome.handler.js';
export { welcomeTopic, WelcomeMessageRepository } from './welcome-message.repository.js';
export type { WelcomeMessage } from './welcome-message.repository.js';
