import { blockAnswers, type BlockErrorCode, type ErrorAnswers } from './http/errors/error-answers.js';
import type { SessionErrorCode } from './modules/session/index.js';
import type { PasswordErrorCode, UserErrorCode } from './modules/user/index.js';
import { sessionAnswers } from './resource/session/session.answers.js';
import { userAnswers } from './resource/user/user.answers.js';

/** What every error of the program becomes on the wire. A code that is named and has no answer does not compile. */
export const appAnswers: ErrorAnswers<BlockErrorCode | UserErrorCode | PasswordErrorCode | SessionErrorCode> =
  {
    ...userAnswers,
    ...sessionAnswers,
    ...blockAnswers,
  };
