import { OutboxRepository } from '../../../src/ddd/outbox/index.js';

/** The content of a confirmation. */
export interface Confirmation {
  readonly email: string;
  readonly order: string;
  /** In cents. */
  readonly total: number;
}

export const confirmationTopic = 'shop.confirmation';

/** The recorded confirmations. */
export class ConfirmationMessageRepository extends OutboxRepository<Confirmation> {
  protected readonly topic = confirmationTopic;

  /** Records the confirmation of an order. */
  record({ email, order, total }: Confirmation): Promise<string> {
    return this.add({ email, order, total });
  }
}
