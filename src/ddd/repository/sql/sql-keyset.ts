import { InvalidCursorError } from '../repository.errors.js';
import type { Sorting } from '../sorting.js';
import { orderedColumn } from './sql-column.js';
import type { SqlColumn } from './sql-column.js';
import type { Raw } from './sql-storage.js';
import { compared, ordered } from './sql-text.js';
import type { SqlText } from './sql-text.js';

interface Key {
  readonly column: SqlColumn;
  readonly isAscending: boolean;
  readonly value: Raw;
}

const isNullable = ({ metadata }: SqlColumn) => metadata.isNullable;

/** The records after a cursor's position, as SQL that an index over the same columns can serve. */
export function sqlAfter(after: readonly unknown[], sorting: readonly Sorting[], text: SqlText): string {
  const keys = sorting.map(({ field, direction }, index): Key => {
    const column = orderedColumn(text.fields, field);
    const carried = after[index];
    const value = carried === null && isNullable(column) ? null : text.storage.placed(column, carried);
    if (value === undefined) throw new InvalidCursorError(text.fields.metadata.tableName);
    return { column, isAscending: direction === 'asc', value };
  });
  const isOneWay = keys.every((key) => key.isAscending === keys[0]?.isAscending);
  if (isOneWay && !keys.some(({ column }) => isNullable(column))) return rowAfter(keys, text);
  // The bound follows from the rest of the condition, and lets the database use the index.
  const bound = keys[0] ? boundOf(keys[0], text) : [];
  return [...bound, eitherAfter(keys, text)].join(' AND ');
}

/** The ORDER BY of a statement. Empty fields come last in ascending order, as in PostgreSQL by default. */
export function sqlOrder({ field, direction }: Sorting, text: SqlText): string {
  const column = orderedColumn(text.fields, field);
  const name = ordered(text, column);
  const isAscending = direction === 'asc';
  if (text.isPostgres || !isNullable(column)) return `${name} ${isAscending ? 'ASC' : 'DESC'}`;
  return isAscending ? `${name} ASC NULLS LAST` : `${name} DESC NULLS FIRST`;
}

function rowAfter(keys: readonly Key[], text: SqlText): string {
  const names = keys.map(({ column }) => ordered(text, column)).join(', ');
  const values = keys.map(({ column, value }) => compared(text, column, value)).join(', ');
  return `(${names}) ${keys[0]?.isAscending ? '>' : '<'} (${values})`;
}

function boundOf({ column, isAscending, value }: Key, text: SqlText): string[] {
  if (value === null || (isAscending && isNullable(column))) return [];
  return [`${ordered(text, column)} ${isAscending ? '>=' : '<='} ${compared(text, column, value)}`];
}

function eitherAfter([key, ...rest]: readonly Key[], text: SqlText): string {
  if (!key) return 'FALSE';
  const further = strictlyAfter(key, text);
  if (!rest.length) return further;
  const name = ordered(text, key.column);
  const same = key.value === null ? `${name} IS NULL` : `${name} = ${compared(text, key.column, key.value)}`;
  return `(${further} OR (${same} AND ${eitherAfter(rest, text)}))`;
}

function strictlyAfter({ column, isAscending, value }: Key, text: SqlText): string {
  const name = ordered(text, column);
  if (value === null) return isAscending ? 'FALSE' : `${column.name} IS NOT NULL`;
  const further = `${name} ${isAscending ? '>' : '<'} ${compared(text, column, value)}`;
  return isAscending && isNullable(column) ? `(${further} OR ${column.name} IS NULL)` : further;
}
