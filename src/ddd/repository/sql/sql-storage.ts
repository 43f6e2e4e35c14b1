import type { ColumnKind, Stored } from '../column/column-type.js';
import { plainText } from '../column/text-types.js';
import type { SqlColumn } from './sql-column.js';

/** A value as a driver binds or returns it. */
export type Raw = string | number | boolean | Uint8Array | null;
type Present = Exclude<Raw, null>;

export type ByKind<Way> = Partial<Readonly<Record<ColumnKind, Way>>>;
export type Reading = (raw: Present, column: SqlColumn) => Stored;
export type Carried = (carried: unknown, column: SqlColumn) => Raw | undefined;

/** How one database encodes the values of columns. */
export interface SqlStorage {
  /** A SQL expression for the current moment, as the column can hold it. */
  now(column: SqlColumn): string;
  /** @throws TypeError for a column that the database cannot keep exactly */
  assertExact(column: SqlColumn): void;
  /** A SQL expression that reads a column exactly; undefined where its name does. */
  reading(column: SqlColumn, name: string): string | undefined;
  /** Decodes a read value. */
  stored(column: SqlColumn, raw: Present): Stored;
  /** Encodes a parameter to be written. */
  written(column: SqlColumn, stored: Stored): Raw;
  /** The initial value of a column whose default would not be stored as `written` encodes it; undefined otherwise. */
  initial(column: SqlColumn): Raw | undefined;
  /** Parameters for the least and the greatest stored value that one value stands for. */
  bounds(column: SqlColumn, stored: Stored): readonly [least: Raw, greatest: Raw];
  /** A cursor's value of a column, as a parameter; undefined for a value that no cursor contains. */
  placed(column: SqlColumn, carried: unknown): Raw | undefined;
  /** The column as an operand of comparisons and orders. */
  ordered(column: SqlColumn, name: string): string;
}

export const carriedWhere =
  (isFit: (carried: unknown, column: SqlColumn) => boolean): Carried =>
  (carried, column) =>
    isFit(carried, column) ? (carried as Raw) : undefined;

/** Whether a cursor's value can be one of the column's. */
export function fits(carried: unknown, { type }: SqlColumn): carried is string | number {
  try {
    if (type.kind === 'text' || type.kind === 'enum') plainText(carried);
    else if (type.kind === 'bigint') return isInteger(carried) && typeof type.store(carried) === 'bigint';
    else if (type.kind === 'integer') type.store(carried);
    else if (type.kind === 'float') return typeof carried === 'number' && Number.isFinite(carried);
    else type.locate(carried);
    return typeof carried === (type.kind === 'integer' ? 'number' : 'string');
  } catch {
    return false;
  }
}

const isInteger = (text: unknown) => typeof text === 'string' && /^-?\d+$/.test(text);

export const isNumeric = (text: unknown): text is string =>
  typeof text === 'string' && /^-?\d{1,400}(\.\d{1,400})?$/.test(text);
