import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../errors/envelope.js';
import { InvalidFieldsError } from './invalid-fields.error.js';

/**
 * Converts a body to its class, without unknown fields. @throws InvalidFieldsError that reports every invalid field.
 */
export class FieldValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      // Stacked decorators run from the bottom up, so the first failure is not the most informative one.
      stopAtFirstError: false,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => new InvalidFieldsError(Object.fromEntries(errorsIn(errors))),
    });
  }
}

/** The errors of class-validator, by dotted path. */
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
 * Of all the rules that a field breaks, the one to report: that it is missing, else that its type is wrong, else the
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
