import { types } from 'node:util';

/**
 * A parameter as the `sqlite3` package can bind it. The package silently turns values it does not know into NULL (a
 * bigint, NaN) or into the text "[object Object]".
 * @throws TypeError for a value that SQLite has no type for
 */
export function boundValue(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint') return integer(value);
  if (Number.isNaN(value)) throw unbindable('NaN');
  if (typeof value === 'function' || typeof value === 'symbol') throw unbindable(typeof value);
  if (typeof value !== 'object' || value === null) return value;
  if (types.isDate(value)) return validDate(value);
  if (types.isUint8Array(value)) return value;
  throw unbindable(Array.isArray(value) ? 'list' : 'object');
}

/** As text where a double would round it: an integer column converts it back exactly. */
const integer = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));

function validDate(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw unbindable('Date that is invalid');
  return date;
}

const unbindable = (kind: string) =>
  new TypeError(
    `SQLite has no type for a ${kind}: pass text, a number, a boolean, a Date or bytes, or use a column with a transformer`,
  );
