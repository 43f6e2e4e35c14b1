import { ApiProperty } from '@nestjs/swagger';
import { OutboxRepository } from '../../../ddd/outbox/index.js';

export const repeatedSignUpTopic = 'user.repeated-sign-up';

/** Someone signed up with an address that has an account. */
export class RepeatedSignUp {
  /** The client has not proved whose it is. */
  @ApiProperty({ description: 'The address, encrypted' })
  readonly sealedEmail!: string;
}

/**
 * Records sign-ups with an address that is taken. The account's history tells of them when the message is delivered: until
 * then they cause the same work as a sign-up, which records the mail that welcomes, and so take the same time.
 */
export class RepeatedSignUpRepository extends OutboxRepository<RepeatedSignUp> {
  protected readonly topic = repeatedSignUpTopic;

  record(signUp: RepeatedSignUp): Promise<string> {
    return this.add(signUp);
  }
}
