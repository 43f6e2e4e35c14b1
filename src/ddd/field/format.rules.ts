import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { formatDescription, isDecimal, readDay, readMoment, readUuid } from './formats.js';
import { rule, textRule } from './rule.js';

/** A required UUID. It is converted to lower case, so that one UUID is one text. */
export function IsUuid(): PropertyDecorator {
  return applyDecorators(
    fromText(readUuid),
    rule('uuid_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('uuid_parsing', formatDescription.uuid, (text) => readUuid(text) !== undefined),
  );
}

/** A required date and time with its zone. It is converted to a Date. */
export function IsDateTime(): PropertyDecorator {
  return applyDecorators(
    fromText(readMoment),
    rule('datetime_type', 'Must be a string', (value) => typeof value === 'string' || value instanceof Date),
    rule('datetime_parsing', formatDescription.moment, (value) => value instanceof Date),
  );
}

/** A required day, as text. */
export function IsDay(): PropertyDecorator {
  return applyDecorators(
    rule('date_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('date_parsing', formatDescription.day, (text) => readDay(text) !== undefined),
  );
}

/** A required decimal number, as text, because JSON numbers are not exact. The repository completes its decimals: 12.5 is read as 12.50. */
export function IsDecimal(precision: number, scale: number): PropertyDecorator {
  const whole = precision - scale;
  const digits = new RegExp(`^-?(\\d{1,${whole || 1}})${scale ? `(?:\\.(\\d{1,${scale}}))?` : ''}$`);
  const msg = `Must have at most ${whole} digits${scale ? ` and ${scale} decimals` : ''}`;
  return applyDecorators(
    rule('decimal_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('decimal_parsing', formatDescription.decimal, isDecimal),
    rule('decimal_max_digits', msg, (value) => {
      const [, integer] = digits.exec(String(value)) ?? [];
      return !isDecimal(String(value)) || (integer !== undefined && (whole > 0 || Number(integer) === 0));
    }),
  );
}

/** A required text, one of these. */
export function IsOneOf(...values: readonly string[]): PropertyDecorator {
  return rule('enum', `Must be one of ${values.join(', ')}`, (value) => values.includes(value as string));
}

/** A required object or list, of anything that JSON can hold. */
export function IsJson(): PropertyDecorator {
  return rule(
    'json_type',
    'Must be an object or a list',
    (value) => typeof value === 'object' && value !== null,
  );
}

/** Converts text that can be read; leaves any other value for the rules to reject. */
const fromText = (read: (text: string) => unknown) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (read(value) ?? value) : value));
