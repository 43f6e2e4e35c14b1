import { OutboxRepository } from '../../../ddd/outbox/index.js';

export const emailChangeRequestTopic = 'user.email-change-request';

/** A caller wants their account to have another address. */
export interface EmailChangeRequest {
  readonly accountId: string;
  /** A hash of the state of the account when it was requested; the request dies with that state. */
  readonly boundTo: string;
  /** The new address, encrypted: the caller has not proved whose it is. */
  readonly sealedEmail: string;
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
