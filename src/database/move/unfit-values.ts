import type { MovedColumn } from './moved-column.js';
import type { MovedTable } from './moved-table.js';
import type { RefusedValue } from './refused-rows.js';
import type { SourceRow } from './sqlite-source.js';

const bounds: Readonly<Record<string, bigint>> = {
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};
const integer = /^-?\d+$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The values of a row that its columns in PostgreSQL cannot hold. SQLite keeps any value in any column. PostgreSQL
 * names the column in few cases, sometimes repeats the value in its message, and trims spaces off a text that is too
 * long.
 */
export function unfitValues({ columns }: MovedTable, { values, misread }: SourceRow): RefusedValue[] {
  return columns.flatMap((column, index) => {
    const reason = misread.includes(column.name)
      ? 'is not valid UTF-8'
      : reasonAgainst(column, values[index] ?? null);
    return reason ? [{ column: column.name, reason }] : [];
  });
}

function reasonAgainst(
  { type, isNullable, maxLength }: MovedColumn,
  value: string | null,
): string | undefined {
  if (value === null) return isNullable ? undefined : 'is NULL';
  if (value.includes('\0')) return 'contains a NUL character';
  if (type === 'boolean') return value === '0' || value === '1' ? undefined : 'is neither 0 nor 1';
  if (type === 'uuid') return uuid.test(value) ? undefined : 'is not a UUID in lower case';
  const bound = bounds[type];
  if (bound !== undefined) return reasonAgainstNumber(value, bound);
  const length = maxLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength)
    return `has ${length} characters, more than the ${maxLength} that fit`;
  return undefined;
}

function reasonAgainstNumber(value: string, bound: bigint): string | undefined {
  if (!integer.test(value)) return 'is not a whole number';
  const number = BigInt(value);
  return number < -bound || number >= bound ? `is not between ${-bound} and ${bound - 1n}` : undefined;
}
