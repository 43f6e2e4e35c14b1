import { applyDecorators } from '@nestjs/common';
import { isStorableText } from '../repository/index.js';
import { rule, textRule } from './rule.js';

/** A required text without NUL and unpaired surrogates, which databases cannot store. */
export function IsText(): PropertyDecorator {
  return applyDecorators(
    rule('string_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('string_characters', 'Must not contain NUL or unpaired surrogates', isStorableText),
  );
}

/** Counted in Unicode code points, as JSON Schema and PostgreSQL count: an emoji is one, not two. */
export function HasLength(min: number, max: number): PropertyDecorator {
  return applyDecorators(IsAtLeast(min), IsAtMost(max));
}

export function IsAtMost(max: number): PropertyDecorator {
  return textRule('string_too_long', `Must have at most ${max} characters`, (text) => lengthOf(text) <= max);
}

export function HasNoControlCharacters(): PropertyDecorator {
  return textRule(
    'string_characters',
    'Must not contain control characters',
    (text) => !/\p{Cc}/u.test(text),
  );
}

function IsAtLeast(min: number): PropertyDecorator {
  const msg = min === 1 ? 'Must not be empty' : `Must have at least ${min} characters`;
  return textRule('string_too_short', msg, (text) => lengthOf(text) >= min);
}

/** Code points of the text. */
export function lengthOf(text: string): number {
  return [...text].length;
}
