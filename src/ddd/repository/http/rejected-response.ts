import { RemoteServiceError } from './remote.errors.js';
import {
  AlreadyExistsError,
  IntegrityError,
  InvalidCursorError,
  NotFoundError,
  StillReferencedError,
} from '../repository.errors.js';

export interface RejectedResponse {
  /** Whether the request removes a record: a 409 then means that something refers to it. */
  readonly isRemoval: boolean;
  readonly status: number;
  readonly text: string;
  /** The text, parsed; undefined when it is not JSON. */
  readonly body: unknown;
  /** The id of the requested record. */
  readonly id?: string;
}

/** Maps a remote collection's rejection to the errors that every repository raises. */
export function rejectionOf(
  resource: string,
  { isRemoval, status, text, body, id }: RejectedResponse,
): Error {
  const details = { ...(id !== undefined && { id }), ...constraintIn(resource, body) };
  const cause = new RemoteServiceError(resource, { status }, text);
  switch (status) {
    case 404:
      return id === undefined ? cause : new NotFoundError(resource, { id, cause });
    case 409:
      return new (isRemoval ? StillReferencedError : isReference(body) ? IntegrityError : AlreadyExistsError)(
        resource,
        { ...details, cause },
      );
    case 400:
    case 422:
      if (errorsIn(body).some(([, { type }]) => type === 'cursor')) return new InvalidCursorError(resource);
      return new IntegrityError(resource, { ...details, cause });
    default:
      return cause;
  }
}

interface ReportedError {
  readonly type?: unknown;
  readonly loc?: unknown;
}

/** Errors by field, in the format of our own services: `{"detail": {"sku": {"type", "loc", "msg"}}}`. */
function errorsIn(body: unknown): [string, ReportedError][] {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  if (typeof detail !== 'object' || detail === null) return [];
  return Object.entries(detail as Record<string, ReportedError>).filter(
    ([, error]) => typeof error === 'object' && error !== null,
  );
}

/** Whether a field refers to a record that does not exist. */
const isReference = (body: unknown): boolean => errorsIn(body).some(([, { type }]) => type === 'reference');

/** Taken fields are reported together; of invalid ones the first is named. */
function constraintIn(resource: string, body: unknown): { constraint?: string } {
  const reportedErrors = errorsIn(body);
  const isTaken = reportedErrors.every(([, { type }]) => type === 'taken');
  const fields = reportedErrors.map(([path]) => path.replace(/^data\.\d+\./, '').slice(0, 100));
  const named = isTaken ? fields.join('+') : fields[0];
  return named ? { constraint: `${resource}.${named}` } : {};
}
