import { HttpRepository } from '../../ddd/repository/index.js';
import type { ReuseMessage } from './reuse-message.repository.js';

/** Notifications about reused refresh tokens at the notification service. */
export class ReuseNotificationRepository extends HttpRepository {
  protected readonly resource = 'notifications/session-reuse';

  /** @param key the same at every attempt, so that the service sends one mail */
  send({ email, name }: ReuseMessage, key: string): Promise<void> {
    return this.request({
      method: 'post',
      url: `/${this.resource}/send/`,
      data: { email, name },
      headers: { 'Idempotency-Key': key },
    });
  }
}
