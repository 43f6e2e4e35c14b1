import { CodedError } from '../../ddd/error/index.js';

/** No account has this e-mail. */
export class UserNotFoundError extends CodedError<'user.not-found'> {
  readonly code = 'user.not-found';

  constructor() {
    super('No account has this e-mail');
  }
}

/** The password is not the account's. */
export class WrongPasswordError extends CodedError<'user.wrong-password'> {
  readonly code = 'user.wrong-password';

  constructor() {
    super('The password is not the one of this account');
  }
}

/** The account exists and the password is right, but it has not been activated. */
export class UserNotActiveError extends CodedError<'user.not-active'> {
  readonly code = 'user.not-active';

  constructor() {
    super('The account is not active');
  }
}

export type UserErrorCode = (UserNotFoundError | WrongPasswordError | UserNotActiveError)['code'];
