import type { Stored, StoredColumn, FittedCondition } from '../../src/ddd/repository/index.js';
import type { Row } from './in-memory-table.js';

/** A condition on one of the columns that a row holds. */
export interface RowCondition {
  readonly column: StoredColumn;
  readonly condition: FittedCondition;
}

/** One column of an order. */
export interface RowOrder {
  readonly column: StoredColumn;
  readonly isAscending: boolean;
}

/** Whether a row fulfills all conditions, as both databases would decide. */
export const matches = (row: Row, where: readonly RowCondition[]): boolean =>
  where.every(({ column, condition }) => fulfils(row[column.field] ?? null, condition, column));

/** The position of a row in an order, relative to values of its columns. Negative: before them. */
export function place(row: Row, values: readonly (Stored | null)[], order: readonly RowOrder[]): number {
  for (const [index, { column, isAscending }] of order.entries()) {
    const difference = compare(row[column.field] ?? null, values[index] ?? null, column);
    if (difference) return isAscending ? difference : -difference;
  }
  return 0;
}

export const compareRows = (order: readonly RowOrder[]) => (one: Row, other: Row) =>
  place(
    one,
    order.map(({ column }) => other[column.field] ?? null),
    order,
  );

function fulfils(value: Stored | null, condition: FittedCondition, column: StoredColumn): boolean {
  const difference = (to: Stored) => (value === null ? undefined : compare(value, to, column));
  switch (condition.operator) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'isNull':
      return value === null;
    case 'isNotNull':
      return value !== null;
    case 'eq':
      return difference(condition.value) === 0;
    case 'ne':
      return difference(condition.value) !== 0;
    case 'in':
      return value === null ? condition.withEmpty : wantedBy(condition, column).has(identity(value, column));
    case 'contains':
      return typeof value === 'string' && value.includes(condition.text);
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(condition.text);
    case 'gt':
      return (difference(condition.value) ?? 0) > 0;
    case 'gte':
      return (difference(condition.value) ?? -1) >= 0;
    case 'lt':
      return (difference(condition.value) ?? 0) < 0;
    case 'lte':
      return (difference(condition.value) ?? 1) <= 0;
  }
}

type OneOf = Extract<FittedCondition, { operator: 'in' }>;
const wanted = new WeakMap<OneOf, ReadonlySet<unknown>>();

/** The values of a list, which may be as long as the table. */
function wantedBy(condition: OneOf, column: StoredColumn): ReadonlySet<unknown> {
  const found = wanted.get(condition) ?? new Set(condition.values.map((value) => identity(value, column)));
  wanted.set(condition, found);
  return found;
}

/** Equal for equal values, such as decimals with different trailing zeros. */
const identity = (value: Stored, { type }: StoredColumn): unknown =>
  type.kind === 'decimal'
    ? String(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '')
    : value;

/** NULL sorts last. */
function compare(one: Stored | null, other: Stored | null, { type }: StoredColumn): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return type.compare?.(one as never, other as never) ?? 0;
}
