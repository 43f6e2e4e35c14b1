import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldErrors } from '../http/errors/envelope.js';
import { errorsIn } from '../http/validation/field-validation.pipe.js';

/** The fields that a body may have: those with a rule, for all others are taken out of it. */
export function fieldsOf(body: Type<object>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(body, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** An example of what its rules refuse, for the document: the first field that must be given, else the first of all. */
export function exampleErrors(body: Type<object>): FieldErrors {
  const wrong = Object.fromEntries(fieldsOf(body).map((field) => [field, {}]));
  const [error] = [...errorsOf(body, {}), ...errorsOf(body, wrong)];
  return error ? Object.fromEntries([error]) : {};
}

const errorsOf = (body: Type<object>, given: object) =>
  errorsIn(validateSync(plainToInstance(body, given), { validationError: { target: false, value: true } }));
