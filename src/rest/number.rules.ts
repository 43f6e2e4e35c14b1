import { applyDecorators } from '@nestjs/common';
import { rule } from '../http/validation/rule.js';

/** What an integer column holds: 32 bits. */
const minInteger = -2_147_483_648;
const maxInteger = 2_147_483_647;

/** A field that must be given, as a whole number from `min` to `max`: what an integer column holds unless told. */
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

/** A field that must be given, as a number. */
export function IsAnyNumber(): PropertyDecorator {
  return applyDecorators(
    rule('float_type', 'Must be a number', (value) => typeof value === 'number'),
    // JSON has no word for infinity, but 1e999 is read as one.
    rule('finite_number', 'Must be a number that fits 64 bits', Number.isFinite),
  );
}

/** A field that must be given, as true or false. */
export function IsTrueOrFalse(): PropertyDecorator {
  return rule('bool_type', 'Must be true or false', (value) => typeof value === 'boolean');
}
