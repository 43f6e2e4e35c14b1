import type { RemoteServiceError, RepositoryErrorCode } from '../../ddd/repository/index.js';
import type { UnitErrorCode } from '../../ddd/worker/index.js';

/** The codes that the building blocks raise. */
export type BlockErrorCode = RepositoryErrorCode | UnitErrorCode | RemoteServiceError['code'];

export interface ErrorAnswer {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The responses to errors, by their code. */
export type ErrorAnswers<Code extends string = string> = Readonly<Record<Code, ErrorAnswer>>;

export const notFound: ErrorAnswer = { status: 404, detail: 'Not Found' };
export const unavailable: ErrorAnswer = { status: 503, detail: 'Service Unavailable' };
/** A mistake in the program: the log explains it, the response never. */
export const internalError: ErrorAnswer = { status: 500, detail: 'Internal Server Error' };

/**
 * The responses to the errors of the building blocks. Those of a module stand beside the resource that raises its
 * errors.
 */
export const blockAnswers: ErrorAnswers<BlockErrorCode> = {
  'repository.not-found': notFound,
  'repository.already-exists': { status: 409, detail: 'Conflict' },
  'repository.integrity': internalError,
  'repository.invalid-value': { status: 400, detail: 'A value does not fit its field' },
  'repository.multiple-records': internalError,
  'repository.unfiltered-write': internalError,
  'repository.invalid-cursor': { status: 400, detail: 'The cursor is not one of this list' },
  'repository.unavailable': unavailable,
  'remote.failed': { status: 502, detail: 'Bad Gateway' },

  'unit.nested': internalError,
  'unit.closed': internalError,
  'unit.timed-out': unavailable,
  'unit.failed': internalError,
  'unit.refused-statement': internalError,
  'unit.open-transaction': internalError,
  'unit.read-only': internalError,
  'unit.foreign': internalError,
};

/** @returns undefined for an unknown code */
export function errorAnswer(code: string, answers: ErrorAnswers): ErrorAnswer | undefined {
  return Object.hasOwn(answers, code) ? answers[code] : undefined;
}
