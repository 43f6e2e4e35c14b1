import type { RemoteServiceError } from '../ddd/repository/remote.errors.js';
import type { RepositoryErrorCode } from '../ddd/repository/repository.errors.js';
import type { UnitErrorCode } from '../ddd/worker/worker.errors.js';
import type { PasswordErrorCode } from '../modules/user/index.js';
import type { UserErrorCode } from '../modules/user/index.js';

/** Every code that an error of ours may carry. */
export type ErrorCode =
  RepositoryErrorCode | UnitErrorCode | RemoteServiceError['code'] | UserErrorCode | PasswordErrorCode;

export interface ErrorAnswer {
  readonly status: number;
  readonly detail: string;
}

const notFound = { status: 404, detail: 'Not Found' };
const unavailable = { status: 503, detail: 'Service Unavailable' };
/** A mistake in the program: the log tells it, the client never. */
const fault = { status: 500, detail: 'Internal Server Error' };

/** What each error becomes on the wire. A code that is left out does not compile. */
export const errorAnswers: Readonly<Record<ErrorCode, ErrorAnswer>> = {
  'user.not-found': notFound,
  'user.wrong-password': { status: 401, detail: 'Unauthorized' },
  'user.not-active': { status: 400, detail: 'User must be activated via /user/activate/' },

  'password.hashing-saturated': unavailable,
  'password.unreadable-hash': fault,

  'repository.not-found': notFound,
  'repository.already-exists': { status: 409, detail: 'Conflict' },
  'repository.integrity': fault,
  'repository.invalid-value': { status: 400, detail: 'A value does not fit its field' },
  'repository.multiple-records': fault,
  'repository.unfiltered-write': fault,
  'repository.invalid-cursor': { status: 400, detail: 'The cursor is not one of this list' },
  'repository.unavailable': unavailable,
  'remote.failed': { status: 502, detail: 'Bad Gateway' },

  'unit.nested': fault,
  'unit.closed': fault,
  'unit.timed-out': unavailable,
  'unit.failed': fault,
  'unit.refused-statement': fault,
  'unit.open-transaction': fault,
  'unit.read-only': fault,
  'unit.foreign': fault,
};

/** Answers by the code of the error. */
export type ErrorAnswers = Readonly<Record<string, ErrorAnswer>>;

/** @returns undefined for a code that is none of these */
export function errorAnswer(code: string, answers: ErrorAnswers = errorAnswers): ErrorAnswer | undefined {
  return Object.hasOwn(answers, code) ? answers[code] : undefined;
}
