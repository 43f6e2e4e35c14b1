import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { rule, textRule } from '../http/validation/rule.js';
import { typeDescription, readDate, readUuid } from './parameter.js';

/** A required UUID. It is converted to lower case, so that one UUID is one text. */
export function IsUuid(): PropertyDecorator {
  return applyDecorators(
    fromText(readUuid),
    rule('uuid_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('uuid_parsing', typeDescription.uuid, (text) => readUuid(text) !== undefined),
  );
}

/** A required date and time with its zone. It is converted to a Date. */
export function IsDateTime(): PropertyDecorator {
  return applyDecorators(
    fromText(readDate),
    rule('datetime_type', 'Must be a string', (value) => typeof value === 'string' || value instanceof Date),
    rule('datetime_parsing', typeDescription.date, (value) => value instanceof Date),
  );
}

/** A required text out of these. */
export function IsOneOf(...values: readonly string[]): PropertyDecorator {
  return rule('enum', `Must be one of ${values.join(', ')}`, (value) => values.includes(value as string));
}

/** Converts text that can be read; leaves any other value for the rules to reject. */
const fromText = (read: (text: string) => unknown) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (read(value) ?? value) : value));
