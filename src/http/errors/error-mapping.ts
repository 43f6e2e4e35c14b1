import type { IdempotencyErrorCode } from '../../ddd/idempotency/index.js';
import type { LimitErrorCode } from '../../ddd/limit/index.js';
import type { RemoteServiceError, RepositoryErrorCode } from '../../ddd/repository/index.js';
import type { UnitErrorCode } from '../../ddd/worker/index.js';

/** The codes that the building blocks raise. */
export type BlockErrorCode =
  RepositoryErrorCode | UnitErrorCode | IdempotencyErrorCode | LimitErrorCode | RemoteServiceError['code'];

export interface MappedError {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The responses to errors, by their code. */
export type ErrorMapping<Code extends string = string> = Readonly<Record<Code, MappedError>>;

export const notFound: MappedError = { status: 404, detail: 'Not Found' };
export const unavailable: MappedError = { status: 503, detail: 'Service Unavailable' };
/** A bug in the program: only the log explains it. */
export const internalError: MappedError = { status: 500, detail: 'Internal Server Error' };

/**
 * The responses to the errors of the building blocks. Those to a module's errors are beside the resource that raises
 * them.
 */
export const blockErrorMapping: ErrorMapping<BlockErrorCode> = {
  'repository.not-found': notFound,
  'repository.already-exists': { status: 409, detail: 'Conflict' },
  'repository.integrity': internalError,
  'repository.still-referenced': { status: 409, detail: 'Something still refers to it' },
  'repository.invalid-value': { status: 400, detail: 'A value does not fit its field' },
  'repository.multiple-records': internalError,
  'repository.unfiltered-write': internalError,
  'repository.invalid-cursor': { status: 400, detail: 'The cursor is not one of this list' },
  'repository.unavailable': unavailable,
  'limit.reached': { status: 429, detail: 'Too Many Requests' },
  'remote.failed': { status: 502, detail: 'Bad Gateway' },

  'unit.nested': internalError,
  'unit.closed': internalError,
  'unit.timed-out': unavailable,
  'unit.failed': internalError,
  'unit.refused-statement': internalError,
  'unit.open-transaction': internalError,
  'unit.read-only': internalError,
  'unit.foreign': internalError,
  'unit.weak-isolation': internalError,

  'idempotency.in-progress': {
    status: 409,
    detail: 'The first request with this Idempotency-Key is in progress',
  },
  'idempotency.key-reused': { status: 422, detail: 'This Idempotency-Key was used for another request' },
};

/** @returns undefined for an unknown code */
export function mappedError(code: string, mapping: ErrorMapping): MappedError | undefined {
  return Object.hasOwn(mapping, code) ? mapping[code] : undefined;
}

const setting = 'error mapping';

/** Keeps the mapping of a program with its app, for what renders errors itself. */
export const keepErrorMapping = (
  express: { set(name: string, value: unknown): unknown },
  mapping: ErrorMapping,
): void => void express.set(setting, mapping);

export const errorMappingOf = (express: { get(name: string): unknown }): ErrorMapping =>
  express.get(setting) as ErrorMapping;
