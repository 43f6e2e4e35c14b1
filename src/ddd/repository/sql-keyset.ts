import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { InvalidCursorError } from './repository.errors.js';
import type { Sorting } from './sorting.js';
import type { SqlText } from './sql-text.js';

interface Key {
  readonly column: ColumnMetadata;
  readonly isAscending: boolean;
  readonly value: unknown;
}

/** What comes after these values in an order, as SQL that an index over the same columns answers. */
export function sqlAfter(after: readonly unknown[], sorting: readonly Sorting[], text: SqlText): string {
  const keys = sorting.map(({ field, direction }, place): Key => {
    const column = text.fields.ordered(field);
    const value = after[place];
    if (!fits(column, value)) throw new InvalidCursorError(text.metadata.tableName);
    return { column, isAscending: direction === 'asc', value };
  });
  const isOneWay = keys.every((key) => key.isAscending === keys[0]?.isAscending);
  if (isOneWay && keys.every(({ column }) => !column.isNullable)) return rowAfter(keys, text);
  // The bound is implied by what follows it, and is there for the index.
  const bound = keys[0] ? boundOf(keys[0], text) : [];
  return [...bound, eitherAfter(keys, text)].join(' AND ');
}

/** Order of a statement. Empty fields come last going up, as PostgreSQL has it by itself. */
export function sqlOrder({ field, direction }: Sorting, text: SqlText): string {
  const column = text.fields.ordered(field);
  const name = text.ordered(column);
  const isAscending = direction === 'asc';
  if (text.isPostgres || !column.isNullable) return `${name} ${isAscending ? 'ASC' : 'DESC'}`;
  return isAscending ? `${name} ASC NULLS LAST` : `${name} DESC NULLS FIRST`;
}

function rowAfter(keys: readonly Key[], text: SqlText): string {
  const names = keys.map(({ column }) => text.ordered(column)).join(', ');
  const values = keys.map(({ column, value }) => text.value(column, value)).join(', ');
  return `(${names}) ${keys[0]?.isAscending ? '>' : '<'} (${values})`;
}

function boundOf({ column, isAscending, value }: Key, text: SqlText): string[] {
  if (value === null || (isAscending && column.isNullable)) return [];
  return [`${text.ordered(column)} ${isAscending ? '>=' : '<='} ${text.value(column, value)}`];
}

function eitherAfter([key, ...rest]: readonly Key[], text: SqlText): string {
  if (!key) return 'FALSE';
  const further = strictlyAfter(key, text);
  if (!rest.length) return further;
  const name = text.name(key.column);
  const same = key.value === null ? `${name} IS NULL` : `${name} = ${text.value(key.column, key.value)}`;
  return `(${further} OR (${same} AND ${eitherAfter(rest, text)}))`;
}

function strictlyAfter({ column, isAscending, value }: Key, text: SqlText): string {
  const name = text.ordered(column);
  if (value === null) return isAscending ? 'FALSE' : `${text.name(column)} IS NOT NULL`;
  const further = `${name} ${isAscending ? '>' : '<'} ${text.value(column, value)}`;
  return isAscending && column.isNullable ? `(${further} OR ${text.name(column)} IS NULL)` : further;
}

/** Whether a value that came from outside can be one of the column's, so that PostgreSQL need not choke on it. */
function fits(column: ColumnMetadata, value: unknown): boolean {
  if (value === null) return column.isNullable;
  const type = column.entityMetadata.dataSource.driver.normalizeType(column);
  if (/bool/.test(type)) return typeof value === 'boolean';
  if (/int|real|double|float|numeric|decimal/.test(type))
    return Number.isFinite(value) || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
  return typeof value === 'string' ? !value.includes('\0') : value instanceof Date;
}
