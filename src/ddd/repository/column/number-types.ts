import { compareNatively, exactly, ColumnValueError } from './column-type.js';
import type { ColumnType, Position } from './column-type.js';
import { compareDecimals, decimalOf, decimalText, floorTo } from './decimal.js';

/** Far beyond 32 bits, because an SQLite column may hold more than its declared type. */
const safe = { min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n };
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

export const booleanType: ColumnType = {
  kind: 'boolean',
  store: (value) => {
    if (typeof value !== 'boolean') throw new ColumnValueError('must be true or false');
    return value;
  },
  read: (stored) => stored,
  locate: (value) => exactly(booleanType.store(value)),
  compare: compareNatively<boolean>,
};

/** Integers of 16 or 32 bits, which fit a JavaScript number. */
export function integerType(bits: 16 | 32): ColumnType {
  const max = 2n ** BigInt(bits - 1) - 1n;
  return {
    kind: 'integer',
    store: (value) => Number(integer(value, { min: -max - 1n, max })),
    read: (stored) => stored,
    locate: (value) => {
      const { floor, isExact } = locateInteger(value, safe);
      return { floor: floor === undefined ? undefined : Number(floor), isExact };
    },
    compare: compareNatively<number>,
  };
}

/** Integers of 64 bits. The program sees text, because a JavaScript number would round them. */
export const bigintType: ColumnType = {
  kind: 'bigint',
  store: (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new ColumnValueError(
        'is a number beyond 2^53, which JavaScript has rounded: give a bigint, or text',
      );
    return integer(value, int64);
  },
  read: (stored) => String(stored),
  locate: (value) => locateInteger(value, int64),
  compare: compareNatively<bigint>,
};

/** Numbers with a fixed number of decimals, as text with all of them. Without a scale, any number of decimals. */
export function decimalType(precision?: number, scale = precision === undefined ? undefined : 0): ColumnType {
  return {
    kind: 'decimal',
    store: (value) => {
      const given = decimalOf(value);
      if (scale === undefined) return decimalText(given);
      const { units, isExact } = floorTo(scale, given);
      if (!isExact) throw new ColumnValueError(`has more than ${scale} decimals: round it first`);
      if (precision !== undefined && String(units).replace('-', '').length > precision)
        throw new ColumnValueError(`has more than ${precision - scale} digits before the point`);
      return decimalText({ units, scale });
    },
    read: (stored) => stored,
    locate: (value) => {
      const given = decimalOf(value);
      if (scale === undefined) return exactly(decimalText(given));
      const { units, isExact } = floorTo(scale, given);
      return { floor: decimalText({ units, scale }), isExact };
    },
    compare: compareDecimals,
  };
}

export function floatType(bits: 32 | 64): ColumnType {
  const store = (value: unknown): number => {
    if (typeof value !== 'number') throw new ColumnValueError('must be a number');
    if (!Number.isFinite(value))
      throw new ColumnValueError('must be a finite number: NaN and Infinity cannot be kept');
    if (bits === 32 && shortestSingle(value) !== value)
      throw new ColumnValueError(
        'has more digits than 32 bits hold: round it, or declare the column double precision',
      );
    // A negative zero comes back as zero from both databases.
    return value === 0 ? 0 : value;
  };
  return {
    kind: 'float',
    store,
    read: (stored) => stored,
    locate: (value) => exactly(store(value)),
    compare: compareNatively<number>,
  };
}

/** A 32-bit number in the fewest digits that distinguish it from its neighbors. */
export function shortestSingle(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(single.toPrecision(digits));
    if (Math.fround(shorter) === single) return shorter;
  }
  return Number(single.toPrecision(9));
}

function integer(value: unknown, { min, max }: typeof int64): bigint {
  const { units, isExact } = floorTo(0, decimalOf(value));
  if (!isExact) throw new ColumnValueError('must be a whole number');
  if (units < min || units > max) throw new ColumnValueError(`must be from ${min} to ${max}`);
  return units;
}

function locateInteger(value: unknown, { min, max }: typeof int64): Position {
  const { units, isExact } = floorTo(0, decimalOf(exactNumber(value)));
  if (units < min) return { floor: undefined, isExact: false };
  return units > max ? { floor: max, isExact: false } : { floor: units, isExact };
}

/** The text of a large number is rounded to seventeen digits; its value is not. */
const exactNumber = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
