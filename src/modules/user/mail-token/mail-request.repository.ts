import { ApiProperty } from '@nestjs/swagger';
import { OutboxRepository } from '../../../ddd/outbox/index.js';
import type { MailTokenPurpose } from './mail-token.entity.js';

/** What strangers may request by an address alone. */
const requestedPurposes = ['verification', 'reset'] as const satisfies MailTokenPurpose[];
export type RequestedPurpose = (typeof requestedPurposes)[number];

export const mailRequestTopic = 'user.mail-request';

/** Someone wants a mail sent to an address. */
export class MailRequest {
  @ApiProperty({ enum: requestedPurposes })
  readonly purpose!: RequestedPurpose;

  /** Most often the client has not proved whose it is. */
  @ApiProperty({ description: 'The address, encrypted' })
  readonly sealedEmail!: string;
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
