import { blockErrorMapping, type BlockErrorCode, type ErrorMapping } from './http/errors/error-mapping.js';
import type { SessionErrorCode } from './modules/session/index.js';
import type { PasswordErrorCode, UserErrorCode } from './modules/user/index.js';
import { sessionErrorMapping } from './resource/session/session.error-mapping.js';
import { userErrorMapping } from './resource/user/user.error-mapping.js';

type ErrorCode = BlockErrorCode | UserErrorCode | PasswordErrorCode | SessionErrorCode;

/** The response to every error of the program. A code without one does not compile. */
export const appErrorMapping: ErrorMapping<ErrorCode> = {
  ...userErrorMapping,
  ...sessionErrorMapping,
  ...blockErrorMapping,
};
