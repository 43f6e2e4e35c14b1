import type { Condition } from '../repository/condition.js';
import type { Sorting } from '../repository/sorting.js';

export type Row = Readonly<Record<string, unknown>>;

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

export const isSame = (one: unknown, other: unknown): boolean =>
  one !== null && other !== null && typeof one === typeof other && compare(one, other) === 0;

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
  if (typeof one === 'string' && typeof other === 'string')
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  const [left, right] = [one, other].map((value) =>
    value instanceof Date ? value.getTime() : value,
  ) as number[];
  if (left === right) return 0;
  return Number(left) < Number(right) ? -1 : 1;
}
