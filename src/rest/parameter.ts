import { isStorableText } from '../ddd/repository/index.js';
import type { Operator } from '../ddd/repository/index.js';
import { formatDescription, readDay, readDecimal, readMoment, readUuid } from '../ddd/field/index.js';
import type { ParameterType } from './rest-options.js';

const always: readonly Operator[] = ['eq', 'ne', 'in', 'isNull'];
const ordered: readonly Operator[] = [...always, 'gt', 'gte', 'lt', 'lte'];

/** The operators of a parameter type: `price[gte]=10`; `price=10` stands for `eq`. */
export const operatorsOf: Readonly<Record<ParameterType, readonly Operator[]>> = {
  text: [
    ...ordered,
    ...(['contains', 'startsWith', 'endsWith', 'eqIgnoreCase'] as const),
    ...(['containsIgnoreCase', 'startsWithIgnoreCase', 'endsWithIgnoreCase'] as const),
  ],
  uuid: ordered,
  integer: ordered,
  number: ordered,
  boolean: always,
  date: ordered,
  day: ordered,
  decimal: ordered,
  enum: always,
};

export const parameterName = (field: string, operator: Operator): string =>
  operator === 'eq' ? field : `${field}[${operator}]`;

/** The meaning of an operator, for the document. */
export const meanings: Readonly<Record<Operator, string>> = {
  eq: 'is this',
  ne: 'is not this, or is empty',
  in: 'is one of these',
  isNull: 'is empty, or is not',
  gt: 'is greater than this',
  gte: 'is this or greater',
  lt: 'is less than this',
  lte: 'is this or less',
  contains: 'contains this text; case counts',
  startsWith: 'starts with this text; case counts',
  endsWith: 'ends with this text; case counts',
  eqIgnoreCase: 'is this text, whatever its case',
  containsIgnoreCase: 'contains this text, whatever its case',
  startsWithIgnoreCase: 'starts with this text, whatever its case',
  endsWithIgnoreCase: 'ends with this text, whatever its case',
};

/** The JSON schema of a value. */
export const schemaOf: Readonly<
  Record<ParameterType, { type: 'string' | 'integer' | 'number' | 'boolean'; format?: string }>
> = {
  text: { type: 'string' },
  uuid: { type: 'string', format: 'uuid' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  day: { type: 'string', format: 'date' },
  decimal: { type: 'string', format: 'decimal' },
  enum: { type: 'string' },
};

/** What is required, for error messages. */
export const typeDescription: Readonly<Record<ParameterType, string>> = {
  text: 'Must be text without NUL and unpaired surrogates',
  uuid: formatDescription.uuid,
  integer: 'Must be a whole number',
  number: 'Must be a number',
  boolean: 'Must be true or false',
  date: formatDescription.moment,
  day: formatDescription.day,
  decimal: formatDescription.decimal,
  enum: 'Must be text without NUL and unpaired surrogates',
};

/** @returns undefined when the text cannot be parsed as this type */
export function readAs(kind: ParameterType, text: string): string | number | boolean | Date | undefined {
  switch (kind) {
    case 'text':
    case 'enum':
      return isStorableText(text) ? text : undefined;
    case 'uuid':
      return readUuid(text);
    case 'integer':
      return /^-?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'number':
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'date':
      return readMoment(text);
    case 'day':
      return readDay(text);
    case 'decimal':
      return readDecimal(text);
  }
}
