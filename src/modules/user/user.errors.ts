import { codedError } from '../../ddd/error/index.js';

export class UserNotFoundError extends codedError('user.not-found', 'User not found') {}
export class WrongPasswordError extends codedError('user.wrong-password', 'Invalid credentials') {}
/** The account exists and the password is right. */
export class UserNotActiveError extends codedError('user.not-active', 'User not active') {}
/** The account exists and the password is right; only its proven mailbox activates it. */
export class MailboxNotProvenError extends codedError('user.mailbox-not-proven', 'Mailbox not proven') {}
/** A token or code that is wrong, used, expired, or issued for another state of the account. */
export class InvalidMailTokenError extends codedError('user.invalid-mail-token', 'Token or code refused') {}
/** The validation of a body does not know whose password it is. */
export class GuessablePasswordError extends codedError(
  'user.guessable-password',
  'Password easily guessed',
) {}

export type UserErrorCode = (
  | UserNotFoundError
  | WrongPasswordError
  | UserNotActiveError
  | MailboxNotProvenError
  | InvalidMailTokenError
  | GuessablePasswordError
)['code'];
