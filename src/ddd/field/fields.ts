import { field } from './field.js';
import type { FieldOptions } from './field.js';
import { IsDateTime, IsDay, IsDecimal, IsJson, IsOneOf } from './format.rules.js';
import { IsAnyNumber, IsInteger, IsTrueOrFalse } from './number.rules.js';
import { HasLength, IsAtMost, IsText } from './text.rules.js';

/** Text of 1 to `length` characters. */
export const TextField = ({ length, ...options }: FieldOptions & { readonly length: number }) =>
  field(
    {
      kind: 'text',
      column: { type: 'varchar', length, collation: 'C' },
      rules: [IsText(), HasLength(1, length)],
      schema: { type: 'string', minLength: 1, maxLength: length },
    },
    options,
  );

/** Text of at most `length` characters, which may be empty. */
export const LongTextField = ({ length, ...options }: FieldOptions & { readonly length: number }) =>
  field(
    {
      kind: 'text',
      column: { type: 'text', collation: 'C' },
      rules: [IsText(), IsAtMost(length)],
      schema: { type: 'string', maxLength: length },
    },
    options,
  );

/** A number of 64 bits with a fraction. */
export const NumberField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'number',
      column: { type: 'float' },
      rules: [IsAnyNumber()],
      schema: { type: 'number' },
      example: 9.5,
    },
    options,
  );

/** A whole number of 32 bits, at least `min` and at most `max`. */
export const IntegerField = ({
  min = -2_147_483_648,
  max = 2_147_483_647,
  ...options
}: FieldOptions & { readonly min?: number; readonly max?: number } = {}) =>
  field(
    {
      kind: 'integer',
      column: { type: 'integer' },
      rules: [IsInteger(min, max)],
      schema: { type: 'integer', minimum: min, maximum: max },
      example: Math.min(Math.max(5, min), max),
    },
    options,
  );

/** An exact number with this many digits, of which `scale` are decimals: text in the program and in JSON. */
export const DecimalField = ({
  precision,
  scale,
  ...options
}: FieldOptions & { readonly precision: number; readonly scale: number }) =>
  field(
    {
      kind: 'decimal',
      column: { type: 'decimal', precision, scale },
      rules: [IsDecimal(precision, scale)],
      schema: { type: 'string', format: 'decimal', pattern: '^-?\\d+(\\.\\d+)?$' },
      example: scale ? `0.${'5'.padEnd(scale, '0')}` : '5',
    },
    options,
  );

export const BooleanField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'boolean',
      column: { type: 'boolean' },
      rules: [IsTrueOrFalse()],
      schema: { type: 'boolean' },
      example: true,
    },
    options,
  );

/** A day without a time: text, YYYY-MM-DD. */
export const DayField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'day',
      column: { type: 'date' },
      rules: [IsDay()],
      schema: { type: 'string', format: 'date' },
      example: '2026-01-31',
    },
    options,
  );

/** A moment, to the millisecond. */
export const MomentField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'date',
      column: { type: 'timestamptz' },
      rules: [IsDateTime()],
      schema: { type: 'string', format: 'date-time' },
      example: '2026-01-31T12:00:00.000Z',
    },
    options,
  );

/** One of these texts. */
export const EnumField = ({ values, ...options }: FieldOptions & { readonly values: readonly string[] }) =>
  field(
    {
      kind: 'enum',
      column: { type: 'simple-enum', enum: [...values] },
      rules: [IsOneOf(...values)],
      schema: { type: 'string', enum: [...values] },
      example: values[0],
    },
    options,
  );

/** An object or a list that is kept as JSON. It is neither compared nor ordered. */
export const JsonField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'json',
      column: { type: 'json' },
      rules: [IsJson()],
      // Nest's document leaves the type out where there are alternatives, and fails without one.
      schema: {
        type: 'object',
        oneOf: [
          { type: 'object', additionalProperties: true },
          { type: 'array', items: {} },
        ],
      },
      example: { key: 'value' },
    },
    options,
  );
