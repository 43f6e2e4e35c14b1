import { Injectable } from '@nestjs/common';
import { HttpWorker } from '../../../src/ddd/worker/index.js';
import { ConfirmationServiceRepository } from './confirmation-service.repository.js';

/** Talks to the notification service. */
@Injectable()
export class DeliveryWorker extends HttpWorker.with({ confirmation: ConfirmationServiceRepository }) {}
