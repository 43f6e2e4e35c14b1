import { types } from 'node:util';
import { compareNatively, exactly, ColumnValueError } from './column-type.js';
import type { ColumnType } from './column-type.js';
import { isDay } from './text-types.js';

const min = Date.parse('0001-01-01T00:00:00Z');
const max = Date.parse('9999-12-31T23:59:59.999Z');
const zoned = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment, kept as epoch milliseconds: what a Date can hold, independent of the time zones of process and server. */
export function instantType(precision = 3): ColumnType {
  const step = 10 ** Math.max(0, 3 - precision);
  const store = (value: unknown): number => {
    const time = epochMs(value);
    if (Number.isNaN(time)) throw new ColumnValueError('is an invalid Date');
    if (time < min || time > max) throw new ColumnValueError('must be from the year 1 to the year 9999');
    return time;
  };
  return {
    kind: 'instant',
    store: (value) => {
      const time = store(value);
      if (time % step) throw new ColumnValueError(`must have at most ${precision} digits of a second`);
      return time;
    },
    read: (stored) => new Date(stored as number),
    locate: (value) => exactly(store(value)),
    compare: compareNatively<number>,
  };
}

/** Accepts a Date of another realm, and text that names its zone. */
function epochMs(value: unknown): number {
  if (types.isDate(value)) return value.getTime();
  const day = typeof value === 'string' ? zoned.exec(value)?.[1] : undefined;
  // Date.parse reads February 30 as March 2.
  if (day !== undefined) return isDay(day) ? Date.parse(value as string) : Number.NaN;
  throw new ColumnValueError('must be a Date');
}
