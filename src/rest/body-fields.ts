import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldError, FieldErrors } from '../http/errors/envelope.js';
import { errorsIn } from '../http/validation/field-validation.pipe.js';

/** The fields that a body may have: those with a rule; all others are removed. */
export function fieldsOf(body: Type<object>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(body, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** An example of what its rules reject, for the document: a required field, else any; the first by name. */
export function exampleErrors(body: Type<object>): FieldErrors {
  const wrong = Object.fromEntries(fieldsOf(body).map((field) => [field, {}]));
  const [error] = [...firstByName(errorsOf(body, {})), ...firstByName(errorsOf(body, wrong))];
  return error ? Object.fromEntries([error]) : {};
}

const errorsOf = (body: Type<object>, given: object) =>
  errorsIn(validateSync(plainToInstance(body, given), { validationError: { target: false, value: true } }));

const firstByName = (errors: Iterable<[string, FieldError]>) =>
  [...errors].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, 1);
