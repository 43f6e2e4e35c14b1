import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { FieldFaults } from '../http/envelope.js';
import { faultsIn } from '../http/validation/field-validation.pipe.js';

/** The fields that a body may have: those with a rule, for all others are taken out of it. */
export function fieldsOf(body: Type<object>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(body, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** An example of what its rules refuse, for the document: the first field that must be given, else the first of all. */
export function exampleFaults(body: Type<object>): FieldFaults {
  const wrong = Object.fromEntries(fieldsOf(body).map((field) => [field, {}]));
  const [fault] = [...faultsOf(body, {}), ...faultsOf(body, wrong)];
  return fault ? Object.fromEntries([fault]) : {};
}

const faultsOf = (body: Type<object>, given: object) =>
  faultsIn(validateSync(plainToInstance(body, given), { validationError: { target: false, value: true } }));
