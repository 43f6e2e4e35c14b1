import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../errors/envelope.js';
import { InvalidFieldsError } from './invalid-fields.error.js';

/** Turns a body into its class, without unknown fields. @throws InvalidFieldsError telling every bad field at once. */
export class FieldValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      // Decorators that are stacked run from the bottom up, so the first that fails is not the one that says most.
      stopAtFirstError: false,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => new InvalidFieldsError(Object.fromEntries(errorsIn(errors))),
    });
  }
}

/** What class-validator found, as faults by dotted path. */
export function* errorsIn(
  errors: readonly ValidationError[],
  parent: readonly string[] = [],
): Generator<[string, FieldError]> {
  for (const { property, value, constraints = {}, children = [] } of errors) {
    const loc = [...parent, property];
    const broken = brokenRule(value, constraints);
    if (broken) yield [loc.join('.'), { type: broken[0], loc, msg: broken[1] }];
    else yield* errorsIn(children, loc);
  }
}

/**
 * Of all the rules that a field breaks, the one to report: that it is missing, else that it is of another type, else the
 * first. `value` only decides; it is never repeated.
 */
function brokenRule(
  value: unknown,
  constraints: Readonly<Record<string, string>>,
): readonly [type: string, msg: string] | undefined {
  const rules = Object.entries(constraints);
  if (rules.length && value === undefined) return ['missing', 'Field required'];
  return rules.find(([type]) => type.endsWith('_type')) ?? rules[0];
}
