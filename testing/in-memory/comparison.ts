import { folded } from '../../src/ddd/repository/index.js';
import type { Stored, StoredColumn, FittedCondition } from '../../src/ddd/repository/index.js';
import { identity } from './identity.js';
import type { Row } from './in-memory-table.js';

/** A condition on a row: on one of its columns, or nested ones. */
export type RowCondition = ColumnCondition | Alternatives | Exclusion;

export interface ColumnCondition {
  readonly column: StoredColumn;
  readonly condition: FittedCondition;
}

interface Alternatives {
  readonly or: readonly (readonly RowCondition[])[];
}

interface Exclusion {
  readonly not: readonly RowCondition[];
}

/** One column of an order. */
export interface RowOrder {
  readonly column: StoredColumn;
  readonly isAscending: boolean;
}

/** Whether a row fulfills all conditions, as both databases would decide. */
export const matches = (row: Row, where: readonly RowCondition[]): boolean =>
  where.every((one) => {
    if ('or' in one) return one.or.some((alternative) => matches(row, alternative));
    if ('not' in one) return !matches(row, one.not);
    return fulfils(row[one.column.field] ?? null, one.condition, one.column);
  });

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
    case 'matches':
      return typeof value === 'string' && hasText(value, condition);
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

function hasText(value: string, { text: searched, at, ignoresCase }: TextMatch): boolean {
  const [text, sought] = ignoresCase ? [folded(value), folded(searched)] : [value, searched];
  switch (at) {
    case 'anywhere':
      return text.includes(sought);
    case 'start':
      return text.startsWith(sought);
    case 'end':
      return text.endsWith(sought);
    case 'whole':
      return text === sought;
  }
}

type TextMatch = Extract<FittedCondition, { operator: 'matches' }>;
type OneOf = Extract<FittedCondition, { operator: 'in' }>;
const wanted = new WeakMap<OneOf, ReadonlySet<unknown>>();

/** The values of a list, which may be as long as the table. */
function wantedBy(condition: OneOf, column: StoredColumn): ReadonlySet<unknown> {
  const found = wanted.get(condition) ?? new Set(condition.values.map((value) => identity(value, column)));
  wanted.set(condition, found);
  return found;
}

/** NULL sorts last. */
function compare(one: Stored | null, other: Stored | null, { type }: StoredColumn): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return type.compare?.(one as never, other as never) ?? 0;
}
