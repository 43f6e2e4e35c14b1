import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { SqlColumn } from './sql-column.js';
import type { Stored } from '../column/column-type.js';
import { carriedWhere, fits } from './sql-storage.js';
import type { ByKind, Carried, Raw, Reading, SqlStorage } from './sql-storage.js';

/** Decimal digits that a double keeps exactly. (DBL_DIG of IEEE 754) */
const maxDecimalDigits = 15;

/** Characters of `2026-11-27 13:37:00.000`. */
const timestampLength = 23;

/** As we write a moment, and as `datetime('now')` does. */
const writtenMoment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?$/;

/** Refuses another spelling of a value: it would be read, and no filter would find it. */
function asWritten(raw: Exclude<Raw, null>, column: SqlColumn): Stored {
  const stored = column.storePlain(raw);
  if (stored !== raw)
    throw column.invalid(
      `holds a ${column.typeName} in a spelling that no filter finds: write it as repositories do`,
    );
  return stored;
}

const read: ByKind<Reading> = {
  boolean: Boolean,
  bigint: (raw) => BigInt(raw as string),
  decimal: (raw, { metadata }) => Number(raw).toFixed(metadata.scale ?? 0),
  uuid: asWritten,
  time: asWritten,
  instant: (raw, column) => {
    if (!writtenMoment.test(String(raw)))
      throw column.invalid(
        'holds a moment in a format that no filter finds: write it as YYYY-MM-DD HH:MM:SS.mmm, in UTC',
      );
    return epochMs(column, raw);
  },
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
  now({ type: { kind }, metadata: { precision } }) {
    if (kind === 'date') return `date('now')`;
    const now = `strftime('%Y-%m-%d %H:%M:%f', 'now')`;
    const missing = 3 - Math.min(3, precision ?? 3);
    return missing ? `substr(${now}, 1, ${timestampLength - missing}) || '${'0'.repeat(missing)}'` : now;
  },

  assertExact({ type: { kind }, metadata }) {
    const { precision, entityMetadata, propertyPath } = metadata;
    if (isNumbered(metadata) && !isOnlyKey(metadata))
      throw new TypeError(
        `${entityMetadata.name}.${propertyPath} is numbered by the database, which SQLite does only for a key of one column: ` +
          'give its values yourself',
      );
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

const isNumbered = ({ isGenerated, generationStrategy }: ColumnMetadata) =>
  isGenerated && generationStrategy !== 'uuid';
const isOnlyKey = ({ isPrimary, entityMetadata }: ColumnMetadata) =>
  isPrimary && entityMetadata.primaryColumns.length === 1;

const timestamp = (epoch: number) => new Date(epoch).toISOString().replace('T', ' ').replace('Z', '');

/** Accepts every format in which SQLite itself accepts a moment; without a zone, it is UTC. */
function epochMs(column: SqlColumn, raw: Raw): number {
  const text = String(raw);
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const epoch = typeof raw === 'number' ? raw : Date.parse(zoned);
  if (Number.isNaN(epoch)) throw column.invalid('holds a value that is not a timestamp: read it with SQL');
  return epoch;
}
