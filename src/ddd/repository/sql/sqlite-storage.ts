import type { SqlColumn } from './sql-column.js';
import { carriedWhere, fits } from './sql-storage.js';
import type { ByKind, Carried, Raw, Reading, SqlStorage } from './sql-storage.js';

/** Decimal digits that a double keeps exactly. (DBL_DIG of IEEE 754) */
const maxDecimalDigits = 15;

const read: ByKind<Reading> = {
  boolean: Boolean,
  bigint: (raw) => BigInt(raw as string),
  decimal: (raw, { metadata }) => Number(raw).toFixed(metadata.scale ?? 0),
  instant: (raw, column) => epochMs(column, raw),
  json: (raw) => (typeof raw === 'number' ? String(raw) : raw),
};

const isNumber = (carried: unknown): carried is number => typeof carried === 'number';
const isText = (carried: unknown): carried is string =>
  typeof carried === 'string' && !carried.includes('\0');

const placed: ByKind<Carried> = {
  boolean: carriedWhere((carried) => carried === 0 || carried === 1),
  integer: carriedWhere(isNumber),
  decimal: carriedWhere(isNumber),
  float: carriedWhere(isNumber),
  bigint: carriedWhere(fits),
};

/**
 * SQLite, through the `sqlite3` package, which reads every number as a double: 64-bit integers are read as text. A
 * moment is text in UTC, with milliseconds as we write it and without them as `datetime('now')` does.
 */
export const sqliteStorage: SqlStorage = {
  now: `strftime('%Y-%m-%d %H:%M:%f', 'now')`,

  assertExact({ type: { kind }, metadata: { precision, entityMetadata, propertyPath } }) {
    if (kind !== 'decimal' || (precision && precision <= maxDecimalDigits)) return;
    throw new TypeError(
      `${entityMetadata.name}.${propertyPath} is a decimal of ${precision ?? 'any number of'} digits, of which SQLite keeps ` +
        `${maxDecimalDigits}: declare a precision of at most ${maxDecimalDigits}, or a bigint in units of its last decimal`,
    );
  },

  reading({ type: { kind }, typeName }, name) {
    if (kind === 'bigint') return `CAST(${name} AS TEXT)`;
    // TypeORM's query builders write SQLite's binary JSON.
    if (typeName === 'jsonb') return `CASE typeof(${name}) WHEN 'blob' THEN json(${name}) ELSE ${name} END`;
    return undefined;
  },

  stored: (column, raw) => read[column.type.kind]?.(raw, column) ?? raw,

  written(column, stored) {
    const { type, typeName } = column;
    if (type.kind === 'instant') return timestamp(stored as number);
    if (type.kind === 'decimal') return Number(stored);
    // The affinity of a column declared as JSON would read the number in the text, and round it.
    if (type.kind === 'json' && typeName !== 'simple-json' && /^[-\d]/.test(stored as string))
      return Number(stored);
    return typeof stored === 'bigint' ? String(stored) : stored;
  },

  initial(column) {
    const { default: value, isGenerated } = column.metadata;
    if (typeof value !== 'string' || isGenerated) return undefined;
    const { kind } = column.type;
    if (kind === 'instant') return timestamp(epochMs(column, value));
    return kind === 'time' || kind === 'uuid' ? this.written(column, column.storePlain(value)) : undefined;
  },

  bounds(column, stored) {
    const greatest = this.written(column, stored);
    if (column.type.kind !== 'instant') return [greatest, greatest];
    return [(greatest as string).replace(/\.000$/, ''), greatest];
  },

  placed: (column, carried) => (placed[column.type.kind] ?? carriedWhere(isText))(carried, column),

  ordered: (_, name) => name,
};

const timestamp = (epoch: number) => new Date(epoch).toISOString().replace('T', ' ').replace('Z', '');

/** Accepts every format in which SQLite itself accepts a moment; without a zone, it is UTC. */
function epochMs(column: SqlColumn, raw: Raw): number {
  const text = String(raw);
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const epoch = typeof raw === 'number' ? raw : Date.parse(zoned);
  if (Number.isNaN(epoch)) throw column.invalid('holds a value that is not a timestamp: read it with SQL');
  return epoch;
}
