import { applyDecorators } from '@nestjs/common';
import { rule, textRule } from './rule.js';

/** A field that must be given, as text without NUL and without unpaired surrogates, which no database stores. */
export function IsText(): PropertyDecorator {
  return applyDecorators(
    rule('string_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule(
      'string_characters',
      'Must not contain NUL or unpaired surrogates',
      (text) => !/[\0\p{Cs}]/u.test(text),
    ),
  );
}

/** Counted in Unicode code points, as JSON Schema and PostgreSQL count: an emoji is one, not two. */
export function HasLength(least: number, most: number): PropertyDecorator {
  return applyDecorators(IsAtLeast(least), IsAtMost(most));
}

export function IsAtMost(most: number): PropertyDecorator {
  return textRule(
    'string_too_long',
    `Must have at most ${most} characters`,
    (text) => lengthOf(text) <= most,
  );
}

export function HasNoControlCharacters(): PropertyDecorator {
  return textRule(
    'string_characters',
    'Must not contain control characters',
    (text) => !/\p{Cc}/u.test(text),
  );
}

function IsAtLeast(least: number): PropertyDecorator {
  const msg = least === 1 ? 'Must not be empty' : `Must have at least ${least} characters`;
  return textRule('string_too_short', msg, (text) => lengthOf(text) >= least);
}

/** Code points of the text. */
export function lengthOf(text: string): number {
  return [...text].length;
}
