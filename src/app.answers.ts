import { blockAnswers, type BlockErrorCode, type ErrorAnswers } from './http/errors/error-answers.js';
import type { SessionErrorCode } from './modules/session/index.js';
import type { PasswordErrorCode, UserErrorCode } from './modules/user/index.js';
import { sessionAnswers } from './resource/session/session.answers.js';
import { userAnswers } from './resource/user/user.answers.js';

type ErrorCode = BlockErrorCode | UserErrorCode | PasswordErrorCode | SessionErrorCode;

/** The response to every error of the program. A code without one does not compile. */
export const appAnswers: ErrorAnswers<ErrorCode> = {
  ...userAnswers,
  ...sessionAnswers,
  ...blockAnswers,
};
