import { isStorableText } from '../ddd/repository/index.js';
import type { Operator } from '../ddd/repository/index.js';
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
};

/** What is required, for error messages. */
export const typeDescription: Readonly<Record<ParameterType, string>> = {
  text: 'Must be text without NUL and unpaired surrogates',
  uuid: 'Must be a UUID as in d73d4a62-dfe9-4907-91f4-f6b06f33c534',
  integer: 'Must be a whole number',
  number: 'Must be a number',
  boolean: 'Must be true or false',
  date: 'Must be a date and time as in 2026-01-31T12:00:00Z',
};

/** @returns undefined when the text cannot be parsed as this type */
export function readAs(kind: ParameterType, text: string): string | number | boolean | Date | undefined {
  switch (kind) {
    case 'text':
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
      return readDate(text);
  }
}

/** In lower case, as databases return it. @returns undefined for anything but a UUID */
export function readUuid(text: string): string | undefined {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** @returns undefined for anything but a moment of the years 1 to 9999, which every database keeps */
export function readDate(text: string): Date | undefined {
  const [, year, month, day] =
    /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  // A Date reads February 30 as March 2.
  if (!year || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return undefined;
  const date = new Date(text);
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999 ? date : undefined;
}
