import { Injectable } from '@nestjs/common';
import { Delivers } from '../../ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../ddd/outbox/index.js';
import { DeliveryWorker } from './delivery.worker.js';
import { reuseTopic } from './reuse-message.repository.js';
import type { ReuseMessage } from './reuse-message.repository.js';

/** Delivers the messages about reused refresh tokens. */
@Injectable()
@Delivers(reuseTopic)
export class ReuseHandler implements MessageHandler<ReuseMessage> {
  constructor(private readonly worker: DeliveryWorker) {}

  deliver(message: ReuseMessage, { key, signal }: Delivery): Promise<void> {
    return this.worker.run(({ reuse }) => reuse.send(message, key), { signal });
  }
}
