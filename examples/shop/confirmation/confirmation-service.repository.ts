import { HttpRepository } from '../../../src/ddd/repository/index.js';
import type { Confirmation } from './confirmation-message.repository.js';

/** Confirmations at the notification service. */
export class ConfirmationServiceRepository extends HttpRepository {
  protected readonly resource = 'notifications/confirmation';

  /** @param key the same at every attempt, so that the buyer gets one mail */
  send({ email, order, total }: Confirmation, key: string): Promise<void> {
    return this.request({
      method: 'post',
      url: `/${this.resource}/send/`,
      data: { email, order, total },
      headers: { 'Idempotency-Key': key },
    });
  }
}
