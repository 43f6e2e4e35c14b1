import { Injectable } from '@nestjs/common';
import { Delivers } from '../../ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../ddd/outbox/index.js';
import { DeliveryWorker } from './delivery.worker.js';
import { welcomeTopic } from './welcome-message.repository.js';
import type { WelcomeMessage } from './welcome-message.repository.js';

/** Delivers the welcome messages. */
@Injectable()
@Delivers(welcomeTopic)
export class WelcomeHandler implements MessageHandler<WelcomeMessage> {
  constructor(private readonly worker: DeliveryWorker) {}

  deliver(message: WelcomeMessage, { key, signal }: Delivery): Promise<void> {
    return this.worker.run(({ welcome }) => welcome.send(message, key), { signal });
  }
}
