/** What a column keeps of a value, the same on every backend before it is written in the words of a database. */
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

/** Where a value of a filter lies among those that the column can hold. */
export interface Position {
  /** The greatest value of the column that is not above it; undefined when all are above. */
  readonly floor: Stored | undefined;
  /** Whether it is that value. */
  readonly isExact: boolean;
}

/** The values of a column: what it can hold exactly, and how they compare. */
export interface ColumnType {
  readonly kind: ColumnKind;
  /** @throws ValueFault for a value that would not come back as it was given */
  store(value: unknown): Stored;
  /** The value of an entity's field. */
  read(stored: Stored): unknown;
  /** @throws ValueFault for a value that no value of the column can be compared with */
  locate(value: unknown): Position;
  /** Negative when the first comes before the second. Undefined where values have no order. */
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

/** UTF-16 has the code points from U+10000 before those from U+E000. */
const byCodePoint = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
