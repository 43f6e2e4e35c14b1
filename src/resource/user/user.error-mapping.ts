import { internalError, notFound, unavailable, type ErrorMapping } from '../../http/errors/error-mapping.js';
import type { PasswordErrorCode, UserErrorCode } from '../../modules/user/index.js';

/** The responses to the errors of accounts. A missing code does not compile. */
export const userErrorMapping: ErrorMapping<UserErrorCode | PasswordErrorCode> = {
  'user.not-found': notFound,
  'user.wrong-password': { status: 401, detail: 'Unauthorized' },
  'user.not-active': { status: 400, detail: 'User must be activated via /user/activate/' },
  'user.mailbox-not-proven': { status: 400, detail: 'User must be activated via /user/verification/' },
  'user.guessable-password': {
    status: 400,
    detail: 'The new password must not be the e-mail address of the account',
  },
  'user.invalid-mail-token': { status: 400, detail: 'The token or code is wrong, used or expired' },

  'password.hashing-saturated': unavailable,
  'password.unreadable-hash': internalError,
};
