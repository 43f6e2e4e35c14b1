import { ApiProperty } from '@nestjs/swagger';
import { outgoingMessage } from '../../ddd/outbox/index.js';

/** Whom a mail is sent to. */
export class Recipient {
  @ApiProperty({ format: 'email' })
  readonly email!: string;

  @ApiProperty()
  readonly name!: string;
}

export const welcomeTopic = 'notification.welcome';

/** Welcomes an account: once, and so under its id, by which operators find the message. */
export class WelcomeMessageRepository extends outgoingMessage({
  topic: welcomeTopic,
  schema: Recipient,
  payload: ({ email, name }: Recipient & { readonly id?: string }): Recipient => ({ email, name }),
  id: ({ id }) => id,
  resource: 'notifications/welcome',
  request: (data) => ({ path: 'send/', data }),
}) {}

export const reuseTopic = 'notification.session-reuse';

/** Says that a session was ended, because its refresh token was used by two. */
export class ReuseMessageRepository extends outgoingMessage({
  topic: reuseTopic,
  schema: Recipient,
  payload: ({ email, name }: Recipient): Recipient => ({ email, name }),
  resource: 'notifications/session-reuse',
  request: (data) => ({ path: 'send/', data }),
}) {}
