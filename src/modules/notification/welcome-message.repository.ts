import { OutboxRepository } from '../../ddd/outbox/index.js';

export interface WelcomeMessage {
  readonly email: string;
  readonly name: string;
}

export const welcomeTopic = 'notification.welcome';

/** The recorded welcome messages. */
export class WelcomeMessageRepository extends OutboxRepository<WelcomeMessage> {
  protected readonly topic = welcomeTopic;

  /** Records the welcome of an account: once per account, and so under its id, by which operators find it. */
  record({ id, email, name }: WelcomeMessage & { readonly id?: string }): Promise<string> {
    return this.add({ email, name }, id === undefined ? {} : { id });
  }
}
