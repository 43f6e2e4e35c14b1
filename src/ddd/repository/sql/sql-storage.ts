import type { ColumnKind, Stored } from '../column/column-type.js';
import { plainText } from '../column/text-types.js';
import type { SqlColumn } from './sql-column.js';

/** A value as a driver binds or answers it. */
export type Raw = string | number | boolean | Uint8Array | null;
type Present = Exclude<Raw, null>;

export type ByKind<Way> = Partial<Readonly<Record<ColumnKind, Way>>>;
export type Reading = (raw: Present, column: SqlColumn) => Stored;
export type Carried = (carried: unknown, column: SqlColumn) => Raw | undefined;

/** How one database keeps the values of columns. */
export interface SqlStorage {
  /** An expression of the present moment, in milliseconds. */
  readonly now: string;
  /** @throws TypeError for a column that the database cannot keep exactly */
  assertExact(column: SqlColumn): void;
  /** An expression that reads a column exactly; undefined where its name does. */
  reading(column: SqlColumn, name: string): string | undefined;
  /** What was read. */
  stored(column: SqlColumn, raw: Present): Stored;
  /** A parameter to be written. */
  written(column: SqlColumn, stored: Stored): Raw;
  /** What a new record gets where the default of its column would not be kept as `written` has it; undefined elsewhere. */
  initial(column: SqlColumn): Raw | undefined;
  /** Parameters for the least and the greatest of what the column may keep of one value. */
  bounds(column: SqlColumn, stored: Stored): readonly [least: Raw, greatest: Raw];
  /** What a cursor carries of a column, as a parameter; undefined for what it cannot have got from one. */
  placed(column: SqlColumn, carried: unknown): Raw | undefined;
  /** The column where the order of its values matters. */
  ordered(column: SqlColumn, name: string): string;
}

export const carriedWhere =
  (isFit: (carried: unknown, column: SqlColumn) => boolean): Carried =>
  (carried, column) =>
    isFit(carried, column) ? (carried as Raw) : undefined;

/** Whether a value that a cursor carries passes as one of the column's. */
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
