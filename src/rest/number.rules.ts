import { applyDecorators } from '@nestjs/common';
import { rule } from '../http/validation/rule.js';

/** What an integer column holds: 32 bits. */
const least = -2_147_483_648;
const most = 2_147_483_647;

/** A field that must be given, as a whole number that fits an integer column. */
export function IsWholeNumber(): PropertyDecorator {
  return applyDecorators(
    isGiven(),
    rule('int_type', 'Must be a whole number', Number.isInteger),
    rule(
      'int_range',
      `Must be from ${least} to ${most}`,
      (value) => typeof value === 'number' && value >= least && value <= most,
    ),
  );
}

/** A field that must be given, as a number. */
export function IsAnyNumber(): PropertyDecorator {
  return applyDecorators(isGiven(), rule('number_type', 'Must be a number', Number.isFinite));
}

/** A field that must be given, as true or false. */
export function IsTrueOrFalse(): PropertyDecorator {
  return applyDecorators(
    isGiven(),
    rule('bool_type', 'Must be true or false', (value) => typeof value === 'boolean'),
  );
}

const isGiven = () => rule('missing', 'Field required', (value) => value !== undefined);
