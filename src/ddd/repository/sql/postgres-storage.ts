import { shortestSingle } from '../column/number-types.js';
import type { SqlColumn } from './sql-column.js';
import { carriedWhere, fits, isNumeric } from './sql-storage.js';
import type { ByKind, Carried, Reading, SqlStorage } from './sql-storage.js';

/** The microseconds of a millisecond after its first. */
const restOfMillisecond = 999n;

const isSingle = ({ typeName }: SqlColumn) => typeName === 'real' || typeName === 'float4';

const readings: ByKind<(name: string, column: SqlColumn) => string | undefined> = {
  // The text of a 32-bit number depends on the version of the server.
  float: (name, column) => (isSingle(column) ? `${name}::double precision` : undefined),
  instant: (name) => `extract(epoch FROM ${name})::text`,
  date: (name) => `to_char(${name}, 'YYYY-MM-DD')`,
  time: (name) => `${name}::text`,
  enum: (name) => `${name}::text`,
  json: (name) => `${name}::text`,
};

const read: ByKind<Reading> = {
  bigint: (raw) => BigInt(raw as string),
  float: (raw, column) => (isSingle(column) ? shortestSingle(raw as number) : raw),
  instant: (raw, column) => Number(floorDivide(microseconds(column, String(raw)), 1_000n)),
};

const placed: ByKind<Carried> = {
  boolean: carriedWhere((carried) => typeof carried === 'boolean'),
  decimal: carriedWhere(isNumeric),
  instant: (carried, column) => (isNumeric(carried) ? placedMoment(column, carried) : undefined),
};

/**
 * PostgreSQL. Moments are read as epoch seconds and written with their zone, so that columns with and without a time
 * zone agree whatever the session's settings: without one, a column holds UTC. Parameters have no type of their own, so
 * that they take the column's, and its index serves them.
 */
export const postgresStorage: SqlStorage = {
  // PostgreSQL itself makes a day of it, or rounds it to the digits of the column.
  now: () => 'CURRENT_TIMESTAMP(3)',

  assertExact: () => undefined,

  reading: (column, name) => readings[column.type.kind]?.(name, column),

  stored: (column, raw) => read[column.type.kind]?.(raw, column) ?? raw,

  written(column, stored) {
    if (column.type.kind === 'instant') return timestamp(BigInt(stored as number) * 1_000n);
    return typeof stored === 'bigint' ? String(stored) : stored;
  },

  initial: () => undefined,

  bounds(column, stored) {
    const min = this.written(column, stored);
    if (column.type.kind !== 'instant') return [min, min];
    return [min, timestamp(BigInt(stored as number) * 1_000n + restOfMillisecond)];
  },

  placed: (column, carried) => (placed[column.type.kind] ?? carriedWhere(fits))(carried, column),

  /**
   * Text by code point, as in SQLite. An index serves this when the column is declared with `collation: 'C'`. A key
   * keeps the order of its index.
   */
  ordered({ type: { kind }, metadata }, name) {
    if (kind === 'enum') return `${name}::text COLLATE "C"`;
    const isPlain = kind !== 'text' || metadata.isPrimary || metadata.collation;
    return isPlain ? name : `${name} COLLATE "C"`;
  },
};

function placedMoment(column: SqlColumn, carried: string): string | undefined {
  const value = microseconds(column, carried);
  const date = new Date(Number(floorDivide(value, 1_000n)));
  return fits(date.toJSON(), column) ? timestamp(value) : undefined;
}

/** @throws InvalidValueError for infinity, which no Date can hold */
function microseconds(column: SqlColumn, epochSeconds: string): bigint {
  const [, sign, seconds, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(epochSeconds) ?? [];
  if (seconds === undefined) throw column.invalid('holds infinity, which a Date cannot: read it with SQL');
  const value = BigInt(`${seconds}${fraction.padEnd(6, '0').slice(0, 6)}`);
  return sign ? -value : value;
}

function timestamp(value: bigint): string {
  const milliseconds = floorDivide(value, 1_000n);
  const rest = String(value - milliseconds * 1_000n).padStart(3, '0');
  return new Date(Number(milliseconds)).toISOString().replace('Z', `${rest}Z`);
}

const floorDivide = (value: bigint, by: bigint) => value / by - (value % by < 0n ? 1n : 0n);
