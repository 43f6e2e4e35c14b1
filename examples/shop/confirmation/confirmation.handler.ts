import { Injectable } from '@nestjs/common';
import { Delivers } from '../../../src/ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../../src/ddd/outbox/index.js';
import { confirmationTopic } from './confirmation-message.repository.js';
import type { Confirmation } from './confirmation-message.repository.js';
import { DeliveryWorker } from './delivery.worker.js';

/** Delivers the confirmations after the commit. */
@Injectable()
@Delivers(confirmationTopic)
export class ConfirmationHandler implements MessageHandler<Confirmation> {
  constructor(private readonly worker: DeliveryWorker) {}

  deliver(message: Confirmation, { key, signal }: Delivery): Promise<void> {
    return this.worker.run(({ confirmation }) => confirmation.send(message, key), { signal });
  }
}
