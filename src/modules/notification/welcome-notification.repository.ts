import { HttpRepository } from '../../ddd/repository/index.js';
import type { WelcomeMessage } from './welcome-message.repository.js';

/** Welcome notifications at the notification service. */
export class WelcomeNotificationRepository extends HttpRepository {
  protected readonly resource = 'notifications/welcome';

  /** @param key the same at every attempt, so that the service sends one mail */
  send({ email, name }: WelcomeMessage, key: string): Promise<void> {
    return this.request({
      method: 'post',
      url: `/${this.resource}/send/`,
      data: { email, name },
      headers: { 'Idempotency-Key': key },
    });
  }
}
