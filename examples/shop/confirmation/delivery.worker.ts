import { HttpWorker } from '../../../src/ddd/worker/index.js';
import { ConfirmationServiceRepository } from './confirmation-service.repository.js';

/** The repositories of the notification service. */
export class DeliveryWorker extends HttpWorker.with({ confirmation: ConfirmationServiceRepository }) {}
