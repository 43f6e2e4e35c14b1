import { CodedError } from '../error/index.js';

export interface RepositoryErrorDetails {
  /** The requested id. Values of filters are left out, because they may be personal. */
  readonly id?: string;
  /** The violated constraint, as `table.field` or `table.field+field`, the same on every backend. */
  readonly constraint?: string;
  readonly cause?: unknown;
}

export interface UnavailableDetails extends RepositoryErrorDetails {
  /** The reason, where it is known and more than momentary. It ends the message. */
  readonly reason?: string;
}

/** Base class of repository errors, for every backend. */
abstract class RepositoryError<Code extends string> extends CodedError<Code> {
  readonly id?: string;
  readonly constraint?: string;

  /** @param resource the name of the table or remote collection */
  constructor(
    message: string,
    readonly resource: string,
    { id, constraint, cause }: RepositoryErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    if (id !== undefined) this.id = id;
    if (constraint !== undefined) this.constraint = constraint;
  }
}

/** No record matches. */
export class NotFoundError extends RepositoryError<'repository.not-found'> {
  readonly code = 'repository.not-found';

  constructor(resource: string, details?: RepositoryErrorDetails) {
    super(`No ${resource} matches`, resource, details);
  }
}

/** A record with the same unique value exists. */
export class AlreadyExistsError extends RepositoryError<'repository.already-exists'> {
  readonly code = 'repository.already-exists';

  constructor(resource: string, details?: RepositoryErrorDetails) {
    super(`A ${resource} with the same ${details?.constraint ?? 'identity'} exists`, resource, details);
  }
}

type IntegrityErrorCode = 'repository.integrity' | 'repository.still-referenced';

/** The backend rejected the data: a constraint other than uniqueness, or a rule of the remote service. */
export class IntegrityError extends RepositoryError<IntegrityErrorCode> {
  readonly code: IntegrityErrorCode = 'repository.integrity';

  constructor(resource: string, details?: RepositoryErrorDetails) {
    super(
      `The ${resource} breaks a constraint${details?.constraint ? `: ${details.constraint}` : ''}`,
      resource,
      details,
    );
  }
}

/** A record cannot be removed, because others refer to it: those of `resource`, by the field that `constraint` names. */
export class StillReferencedError extends IntegrityError {
  override readonly code = 'repository.still-referenced';

  constructor(resource: string, details?: RepositoryErrorDetails) {
    super(resource, details);
    this.message = `Something still refers to it: ${details?.constraint ?? resource}`;
  }
}

/**
 * A value that the field cannot hold exactly, or be compared with. It is refused by every backend alike, before a
 * database sees it.
 */
export class InvalidValueError extends RepositoryError<'repository.invalid-value'> {
  readonly code = 'repository.invalid-value';

  /**
   * @param field the path of the property in the entity
   * @param reason begins with a verb, and does not quote the value
   */
  constructor(
    resource: string,
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${resource}.${field} ${reason}`, resource);
  }
}

/** More than one record matches where one was expected. */
export class MultipleRecordsError extends RepositoryError<'repository.multiple-records'> {
  readonly code = 'repository.multiple-records';

  constructor(resource: string, details?: RepositoryErrorDetails) {
    super(`More than one ${resource} matches: narrow the filter, or use list`, resource, details);
  }
}

/** An update, delete or drop without a filter, which could touch every record. */
export class UnfilteredWriteError extends RepositoryError<'repository.unfiltered-write'> {
  readonly code = 'repository.unfiltered-write';

  constructor(resource: string, verb: 'update' | 'delete' | 'drop') {
    super(
      `${verb} of ${resource} without a filter ${verb === 'delete' ? 'names no record' : 'would touch every record'}: ` +
        `give a filter, or call ${verb === 'update' ? 'updateAll' : 'dropAll'} if every record is meant`,
      resource,
    );
  }
}

/** A cursor that is malformed, or was issued by a list in another order. */
export class InvalidCursorError extends RepositoryError<'repository.invalid-cursor'> {
  readonly code = 'repository.invalid-cursor';

  constructor(resource: string) {
    super(
      `This is not a cursor of ${resource} in this order: pass the \`next\` of the previous page, with the same order`,
      resource,
    );
  }
}

/** The backend cannot serve now: locked, lost, saturated or read-only. A retry may succeed. */
export class UnavailableError extends RepositoryError<'repository.unavailable'> {
  readonly code = 'repository.unavailable';
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds = 1;

  constructor(resource: string, { reason, ...details }: UnavailableDetails = {}) {
    super(`The ${resource} is unavailable for now${reason ? `: ${reason}` : ''}`, resource, details);
  }
}

/** The database accepts reads and refuses writes: a standby, a server setting, or a read-only file. */
export class ReadOnlyDatabaseError extends UnavailableError {
  constructor(cause: unknown) {
    super('database', { cause, reason: 'it is read-only' });
  }
}

export type RepositoryErrorCode = (
  | NotFoundError
  | AlreadyExistsError
  | IntegrityError
  | InvalidValueError
  | MultipleRecordsError
  | UnfilteredWriteError
  | InvalidCursorError
  | UnavailableError
)['code'];
