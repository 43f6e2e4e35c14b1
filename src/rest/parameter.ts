import type { Operator } from '../ddd/repository/condition.js';
import type { Kind } from './declaration.js';

const always: readonly Operator[] = ['eq', 'ne', 'in', 'isNull'];
const ordered: readonly Operator[] = [...always, 'gt', 'gte', 'lt', 'lte'];

/** The operators that a parameter of a kind has: `price[gte]=10`; `price=10` stands for `eq`. */
export const operatorsOf: Readonly<Record<Kind, readonly Operator[]>> = {
  text: [...ordered, 'contains', 'startsWith'],
  integer: ordered,
  number: ordered,
  boolean: always,
  date: ordered,
};

export const parameterName = (field: string, operator: Operator): string =>
  operator === 'eq' ? field : `${field}[${operator}]`;

/** The JSON schema of a value. */
export const schemaOf: Readonly<
  Record<Kind, { type: 'string' | 'integer' | 'number' | 'boolean'; format?: string }>
> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
};

/** What is asked for, in the words of a fault. */
export const asked: Readonly<Record<Kind, string>> = {
  text: 'Must be text without NUL and unpaired surrogates',
  integer: 'Must be a whole number',
  number: 'Must be a number',
  boolean: 'Must be true or false',
  date: 'Must be a date and time as in 2026-01-31T12:00:00Z',
};

/** @returns undefined when the text cannot be read so */
export function readAs(kind: Kind, text: string): string | number | boolean | Date | undefined {
  switch (kind) {
    case 'text':
      return /[\0\p{Cs}]/u.test(text) ? undefined : text;
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

function readDate(text: string): Date | undefined {
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? new Date(text)
    : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
