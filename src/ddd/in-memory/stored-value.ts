import { types } from 'node:util';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { ApplyValueTransformers } from 'typeorm/util/ApplyValueTransformers.js';
import { DateUtils } from 'typeorm/util/DateUtils.js';

/** A value in the form in which a row keeps it: past the column's transformer, and sharing nothing with the caller. */
export function storedValue(column: ColumnMetadata, value: unknown): unknown {
  const given: unknown = column.transformer
    ? ApplyValueTransformers.transformTo(column.transformer, value)
    : value;
  if (given === null || given === undefined) return given;
  switch (kindOf(column)) {
    case 'json':
      return JSON.stringify(given);
    case 'simple-array':
      return DateUtils.simpleArrayToString(given);
    case 'date':
      return DateUtils.mixedDateToDateString(given as Date, { utc: column.utc });
    case 'plain':
      return copied(given);
  }
}

/** The value of a record in what a row keeps. */
export function readValue(column: ColumnMetadata, stored: unknown): unknown {
  const value = stored === null ? null : plain(column, stored);
  return column.transformer
    ? (ApplyValueTransformers.transformFrom(column.transformer, value) as unknown)
    : value;
}

function plain(column: ColumnMetadata, stored: unknown): unknown {
  if (typeof stored === 'string' && kindOf(column) === 'json') return JSON.parse(stored) as unknown;
  if (typeof stored === 'string' && kindOf(column) === 'simple-array')
    return DateUtils.stringToSimpleArray(stored);
  return copied(stored);
}

function kindOf({ type }: ColumnMetadata): 'json' | 'simple-array' | 'date' | 'plain' {
  if (type === 'json' || type === 'jsonb' || type === 'simple-json') return 'json';
  return type === 'simple-array' || type === 'date' ? type : 'plain';
}

/** `structuredClone` would make dates of another realm under Jest, which no `instanceof` knows. */
function copied(value: unknown): unknown {
  if (types.isDate(value)) return new Date(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(inner)]));
}
