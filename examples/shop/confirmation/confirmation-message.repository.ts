import { OutboxRepository } from '../../../src/ddd/outbox/index.js';

/** What a buyer is told. */
export interface Confirmation {
  readonly email: string;
  readonly order: string;
  /** In cents. */
  readonly total: number;
}

export const confirmationTopic = 'shop.confirmation';

/** The confirmations that have been promised. */
export class ConfirmationMessageRepository extends OutboxRepository<Confirmation> {
  protected readonly topic = confirmationTopic;

  /** Records that this order is to be confirmed. */
  record({ email, order, total }: Confirmation): Promise<string> {
    return this.add({ email, order, total });
  }
}
