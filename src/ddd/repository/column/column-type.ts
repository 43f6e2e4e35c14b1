/** What a column keeps of a value: the same on every backend, before the backend encodes it. */
export type Stored = string | number | bigint | boolean | Uint8Array;

export type ColumnKind =
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'float'
  | 'text'
  | 'uuid'
  | 'enum'
  | 'date'
  | 'time'
  | 'instant'
  | 'json'
  | 'list'
  | 'bytes';

/** The position of a filter's value among the values that the column can hold. */
export interface Position {
  /** The greatest value of the column that is not above it; undefined when all are above. */
  readonly floor: Stored | undefined;
  /** Whether the floor equals the value. */
  readonly isExact: boolean;
}

/** The values of a column: what it can hold exactly, and how they compare. */
export interface ColumnType {
  readonly kind: ColumnKind;
  /** @throws ColumnValueError for a value that would not be read back as it was given */
  store(value: unknown): Stored;
  /** The value of an entity's field. */
  read(stored: Stored): unknown;
  /** @throws ColumnValueError for a value that cannot be compared with any value of the column */
  locate(value: unknown): Position;
  /** Negative when the first sorts before the second. Undefined where values have no order. */
  readonly compare: ((one: never, other: never) => number) | undefined;
}

/** Why a column cannot hold a value. It never quotes the value, which may be personal. */
export class ColumnValueError extends Error {}

export const exactly = (floor: Stored): Position => ({ floor, isExact: true });

export const compareNatively = <Value extends number | bigint | boolean>(one: Value, other: Value): number =>
  one === other ? 0 : one < other ? -1 : 1;

/** By code point, as both databases compare text in UTF-8. */
export function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (left !== right) return byCodePoint(left) - byCodePoint(right);
  }
  return one.length - other.length;
}

/** UTF-16 sorts the code points from U+10000 before those from U+E000. */
const byCodePoint = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
