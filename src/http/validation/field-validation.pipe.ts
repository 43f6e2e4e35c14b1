import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldFault } from '../envelope.js';
import { InvalidFieldsError } from './invalid-fields.error.js';

/** Turns a body into its class, without unknown fields. @throws InvalidFieldsError telling every bad field at once. */
export class FieldValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidFieldsError(Object.fromEntries(faultsIn(errors))),
    });
  }
}

function* faultsIn(
  errors: readonly ValidationError[],
  parent: readonly string[] = [],
): Generator<[string, FieldFault]> {
  for (const { property, constraints = {}, children = [] } of errors) {
    const loc = [...parent, property];
    const [first] = Object.entries(constraints);
    if (first) yield [loc.join('.'), { type: first[0], loc, msg: first[1] }];
    yield* faultsIn(children, loc);
  }
}
