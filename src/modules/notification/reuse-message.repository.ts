import { OutboxRepository } from '../../ddd/outbox/index.js';

/** Whom to tell that a session was ended, because its refresh token was used by two. */
export interface ReuseMessage {
  readonly email: string;
  readonly name: string;
}

export const reuseTopic = 'notification.session-reuse';

/** The messages about reused refresh tokens that have been promised. */
export class ReuseMessageRepository extends OutboxRepository<ReuseMessage> {
  protected readonly topic = reuseTopic;

  /** Takes what the mail needs and nothing else, whatever more the account carries. */
  record({ email, name }: ReuseMessage): Promise<string> {
    return this.add({ email, name });
  }
}
