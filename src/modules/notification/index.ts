export { DeliveryWorker } from './delivery.worker.js';
export { NotificationModule } from './notification.module.js';
export { NotificationWorker } from './notification.worker.js';
