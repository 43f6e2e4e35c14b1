import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldErrors } from '../http/errors/envelope.js';
import { errorsIn } from '../http/validation/field-validation.pipe.js';

/** The fields that a body may have: those with a rule; all others are removed. */
export function fieldsOf(body: Type<object>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(body, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** An example of what its rules reject, for the document: the first required field, else the first field. */
export function exampleErrors(body: Type<object>): FieldErrors {
  const wrong = Object.fromEntries(fieldsOf(body).map((field) => [field, {}]));
  const [error] = [...errorsOf(body, {}), ...errorsOf(body, wrong)];
  return error ? Object.fromEntries([error]) : {};
}

const errorsOf = (body: Type<object>, given: object) =>
  errorsIn(validateSync(plainToInstance(body, given), { validationError: { target: false, value: true } }));
