import { codedError } from '../../ddd/error/index.js';

export class UserNotFoundError extends codedError('user.not-found', 'No account has this e-mail') {}
export class WrongPasswordError extends codedError(
  'user.wrong-password',
  'The account has another password',
) {}
/** The account exists and the password is right. */
export class UserNotActiveError extends codedError('user.not-active', 'The account is not active') {}

export type UserErrorCode = (UserNotFoundError | WrongPasswordError | UserNotActiveError)['code'];
