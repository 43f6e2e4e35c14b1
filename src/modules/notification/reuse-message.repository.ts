import { OutboxRepository } from '../../ddd/outbox/index.js';

/** The recipient of a mail that a session was ended because its refresh token was reused. */
export interface ReuseMessage {
  readonly email: string;
  readonly name: string;
}

export const reuseTopic = 'notification.session-reuse';

/** The recorded messages about reused refresh tokens. */
export class ReuseMessageRepository extends OutboxRepository<ReuseMessage> {
  protected readonly topic = reuseTopic;

  /** Records only what the mail needs, whatever else the account has. */
  record({ email, name }: ReuseMessage): Promise<string> {
    return this.add({ email, name });
  }
}
