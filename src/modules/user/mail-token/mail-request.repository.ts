import { OutboxRepository } from '../../../ddd/outbox/index.js';
import type { MailTokenPurpose } from './mail-token.entity.js';

export const mailRequestTopic = 'user.mail-request';

/** Someone wants a mail sent to an address. */
export interface MailRequest {
  readonly purpose: MailTokenPurpose;
  /** The address, encrypted: most often nobody has proved that they may name it. */
  readonly sealedEmail: string;
}

/**
 * Records requests for mails. Whether the address has an account is looked up when the message is delivered: until then an
 * address without one causes the same work, and so takes the same time.
 */
export class MailRequestRepository extends OutboxRepository<MailRequest> {
  protected readonly topic = mailRequestTopic;

  record(request: MailRequest): Promise<string> {
    return this.add(request);
  }
}
