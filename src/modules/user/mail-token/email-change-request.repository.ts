import { ApiProperty } from '@nestjs/swagger';
import { OutboxRepository } from '../../../ddd/outbox/index.js';

export const emailChangeRequestTopic = 'user.email-change-request';

/** A caller wants their account to have another address. */
export class EmailChangeRequest {
  @ApiProperty({ format: 'uuid' })
  readonly accountId!: string;

  /** The request dies with that state. */
  @ApiProperty({ description: 'A hash of the state of the account when it was requested' })
  readonly boundTo!: string;

  /** The caller has not proved whose it is. */
  @ApiProperty({ description: 'The new address, encrypted' })
  readonly sealedEmail!: string;
}

/**
 * Records requests for another address. Whether that has an account is looked up when the message is delivered: until then
 * a free address and a taken one cause the same work.
 */
export class EmailChangeRequestRepository extends OutboxRepository<EmailChangeRequest> {
  protected readonly topic = emailChangeRequestTopic;

  /** Those of one account are delivered in their order: the last one counts. */
  record(request: EmailChangeRequest): Promise<string> {
    return this.add(request, { partitionKey: request.accountId });
  }
}
