import { applyDecorators } from '@nestjs/common';
import { rule } from './rule.js';

/** The range of an integer column: 32 bits. */
const minInteger = -2_147_483_648;
const maxInteger = 2_147_483_647;

/** A required integer from `min` to `max`, by default the range of an integer column. */
export function IsInteger(min = minInteger, max = maxInteger): PropertyDecorator {
  return applyDecorators(
    rule('int_type', 'Must be a whole number', Number.isInteger),
    rule(
      'greater_than_equal',
      `Must be at least ${min}`,
      (value) => typeof value === 'number' && value >= min,
    ),
    rule('less_than_equal', `Must be at most ${max}`, (value) => typeof value === 'number' && value <= max),
  );
}

/** A required number. */
export function IsAnyNumber(): PropertyDecorator {
  return applyDecorators(
    rule('float_type', 'Must be a number', (value) => typeof value === 'number'),
    // JSON has no infinity, but 1e999 is read as one.
    rule('finite_number', 'Must be a number that fits 64 bits', Number.isFinite),
  );
}

/** A required boolean. */
export function IsTrueOrFalse(): PropertyDecorator {
  return rule('bool_type', 'Must be true or false', (value) => typeof value === 'boolean');
}
