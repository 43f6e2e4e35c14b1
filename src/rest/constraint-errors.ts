import {
  AlreadyExistsError,
  IntegrityError,
  InvalidCursorError,
  InvalidValueError,
  StillReferencedError,
} from '../ddd/repository/index.js';
import type { FieldErrors } from '../http/errors/envelope.js';
import { HttpError } from '../http/errors/http.error.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';

/**
 * Runs work and maps constraint violations to errors of the client's fields: 409 when a value is taken or a reference
 * leads nowhere, 400 otherwise.
 * @param references fields that refer to a record elsewhere
 */
export async function mapConstraintErrors<Result>(
  work: () => Promise<Result>,
  references: readonly string[] = [],
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFieldErrors(error, references);
  }
}

/** Runs work on the record that a path names: an id that the key cannot hold belongs to no record. */
export async function addressing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InvalidValueError && error.field === 'id' ? new HttpError(404) : error;
  }
}

/** Removes records; maps violations to a 409 when other records refer to them, or to errors of the filter. */
export async function mapRemovalErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof IntegrityError
      ? new HttpError(409, 'Other records still refer to it')
      : toFieldErrors(error);
  }
}

function toFieldErrors(error: unknown, references: readonly string[] = []): unknown {
  if (error instanceof AlreadyExistsError)
    return refusal(409, error, 'taken', 'Must be unique, and is taken');
  // Its constraint names a field of the referring table.
  if (error instanceof StillReferencedError) return new HttpError(409, 'Other records still refer to it');
  if (error instanceof IntegrityError)
    return fieldsOf(error).some((field) => references.includes(field))
      ? refusal(409, error, 'reference', 'Must be the id of a record that exists')
      : refusal(400, error, 'constraint', 'Must fit what is stored');
  if (error instanceof InvalidValueError) {
    const { field, reason } = error;
    return new InvalidFieldsError({ [field]: { type: 'value', loc: [field], msg: capitalized(reason) } });
  }
  if (error instanceof InvalidCursorError)
    return new InvalidFieldsError({
      after: {
        type: 'cursor',
        loc: ['after'],
        msg: 'Must be the next of a page of this list, with the same filter and order',
      },
    });
  return error;
}

const capitalized = (reason: string) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;

const fieldsOf = ({ constraint }: AlreadyExistsError | IntegrityError): string[] =>
  constraint?.slice(constraint.indexOf('.') + 1).split('+') ?? [];

function refusal(status: number, error: AlreadyExistsError | IntegrityError, type: string, msg: string) {
  const fields = fieldsOf(error);
  if (!fields.length) return new HttpError(status);
  const errors: FieldErrors = Object.fromEntries(
    fields.map((field) => [field, { type, loc: field.split('.'), msg }]),
  );
  return new InvalidFieldsError(errors, status);
}
