import { types } from 'node:util';
import type { Condition } from '../repository/condition.js';
import type { Sorting } from '../repository/sorting.js';
import type { Row } from './in-memory-table.js';

/** Whether a row fulfils all conditions, as both databases would have it. */
export const matches = (row: Row, where: readonly Condition[]): boolean =>
  where.every((condition) => fulfils(row[condition.field] ?? null, condition));

/** Where a row stands in an order, against values of its fields. Negative: before them. */
export function place(row: Row, values: readonly unknown[], sorting: readonly Sorting[]): number {
  for (const [index, { field, direction }] of sorting.entries()) {
    const difference = compare(row[field] ?? null, values[index] ?? null);
    if (difference) return direction === 'asc' ? difference : -difference;
  }
  return 0;
}

export const compareRows = (sorting: readonly Sorting[]) => (one: Row, other: Row) =>
  place(
    one,
    sorting.map(({ field }) => other[field]),
    sorting,
  );

function isSame(one: unknown, other: unknown): boolean {
  if (one === null || other === null) return false;
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return compare(one, other) === 0;
}

function fulfils(value: unknown, condition: Condition): boolean {
  switch (condition.operator) {
    case 'isNull':
      return (value === null) === condition.value;
    case 'eq':
      return isSame(value, condition.value);
    case 'ne':
      return !isSame(value, condition.value);
    case 'in':
      return condition.value.some((wanted) => isSame(value, wanted));
    case 'contains':
      return typeof value === 'string' && value.includes(condition.value);
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(condition.value);
    case 'gt':
      return value !== null && compare(value, condition.value) > 0;
    case 'gte':
      return value !== null && compare(value, condition.value) >= 0;
    case 'lt':
      return value !== null && compare(value, condition.value) < 0;
    case 'lte':
      return value !== null && compare(value, condition.value) <= 0;
  }
}

/** Text by code point; an empty field is the greatest. */
function compare(one: unknown, other: unknown): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other);
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other);
  const [left, right] = [one, other].map((value) => (types.isDate(value) ? value.getTime() : value)) as [
    number,
    number,
  ];
  // A bigint and a number of the same value are not identical, and neither is less.
  if (left < right) return -1;
  return left > right ? 1 : Number(left != right);
}

/** UTF-16 has the code points from U+10000 before those from U+E000. */
function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const [left, right] = [one.charCodeAt(place), other.charCodeAt(place)];
    if (left !== right) return byCodePoint(left) - byCodePoint(right);
  }
  return one.length - other.length;
}

const byCodePoint = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
