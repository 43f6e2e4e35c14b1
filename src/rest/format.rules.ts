import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { rule, textRule } from '../http/validation/rule.js';
import { typeDescription, readDate, readUuid } from './parameter.js';

/** A field that must be given, as a UUID. It arrives in lower case, so that one UUID is one text. */
export function IsUuid(): PropertyDecorator {
  return applyDecorators(
    fromText(readUuid),
    rule('uuid_type', 'Must be a string', (value) => typeof value === 'string'),
    textRule('uuid_parsing', typeDescription.uuid, (text) => readUuid(text) !== undefined),
  );
}

/** A field that must be given, as a date and time with its zone. It arrives as a Date. */
export function IsDateTime(): PropertyDecorator {
  return applyDecorators(
    fromText(readDate),
    rule('datetime_type', 'Must be a string', (value) => typeof value === 'string' || value instanceof Date),
    rule('datetime_parsing', typeDescription.date, (value) => value instanceof Date),
  );
}

/** A field that must be given, as one of these texts. */
export function IsOneOf(...values: readonly string[]): PropertyDecorator {
  return rule('enum', `Must be one of ${values.join(', ')}`, (value) => values.includes(value as string));
}

/** Reads text that can be read; leaves anything else as it is, for the rules to refuse. */
const fromText = (read: (text: string) => unknown) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (read(value) ?? value) : value));
