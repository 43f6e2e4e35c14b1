import { Injectable } from '@nestjs/common';
import { HttpWorker } from '../../../src/ddd/worker/http.worker.js';
import { ConfirmationServiceRepository } from './confirmation-service.repository.js';

/** Talks to the notification service. */
@Injectable()
export class DeliveryWorker extends HttpWorker.with({ confirmation: ConfirmationServiceRepository }) {}
