import type { Stored, SqlColumn, ByKind } from '../../src/ddd/repository/index.js';
import { InvalidCursorError, fits, isNumeric } from '../../src/ddd/repository/index.js';
/** The value of a column in a cursor. */
export const carried = (stored: Stored | null): unknown =>
  typeof stored === 'bigint' ? String(stored) : stored;

/** @throws InvalidCursorError for values that no cursor of this order contains */
export function placed(
  values: readonly unknown[],
  order: readonly { readonly column: SqlColumn }[],
  resource: string,
): (Stored | null)[] {
  return order.map(({ column }, index) => {
    const value = placedValue(column, values[index]);
    if (value === undefined) throw new InvalidCursorError(resource);
    return value;
  });
}

const placedByKind: ByKind<(value: unknown, column: SqlColumn) => Stored | undefined> = {
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  instant: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  decimal: (value) => (isNumeric(value) ? value : undefined),
  bigint: (value, column) => (fits(value, column) ? BigInt(value) : undefined),
};

function placedValue(column: SqlColumn, value: unknown): Stored | null | undefined {
  if (value === null) return column.metadata.isNullable ? null : undefined;
  const place = placedByKind[column.type.kind];
  if (place) return place(value, column);
  return fits(value, column) ? value : undefined;
}
