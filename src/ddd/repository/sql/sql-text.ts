import type { Stored } from '../column/column-type.js';
import type { EntityColumns } from '../entity-columns.js';
import type { SqlColumn } from './sql-column.js';
import type { Raw, SqlStorage } from './sql-storage.js';

/** One statement on one table while it is built, with its parameters. */
export interface SqlText {
  readonly fields: EntityColumns;
  readonly storage: SqlStorage;
  readonly isPostgres: boolean;
  /** By position: `$1` or the first `?` stands for the first. */
  readonly parameters: unknown[];
}

/** Adds a value and returns its placeholder. */
export function parameter({ isPostgres, parameters }: SqlText, value: unknown): string {
  const position = parameters.push(value);
  return isPostgres ? `$${position}` : '?';
}

/** A column as an operand of comparisons and orders. */
export const ordered = ({ storage }: SqlText, column: SqlColumn): string =>
  storage.ordered(column, column.name);

/** The placeholder of a value to be written. @throws InvalidValueError for one that the column cannot hold exactly */
export function written(text: SqlText, column: SqlColumn, value: unknown): string {
  const stored = column.store(value);
  return parameter(text, stored === null ? null : text.storage.written(column, stored));
}

/** The placeholder of a value to be compared with. */
export function compared(text: SqlText, column: SqlColumn, raw: Raw): string {
  return parameter(text, raw) + (text.isPostgres ? cast(column, [raw]) : '');
}

/** Maximum number of list values as separate parameters; the statement has others. */
const maxParameters = 30_000;

/** A condition that a column has one of these values: one parameter, because databases limit their number. */
export function oneOf(text: SqlText, column: SqlColumn, values: readonly Stored[]): string {
  const { name, type } = column;
  const raws = [...new Set(values.flatMap((value) => text.storage.bounds(column, value)))];
  if (text.isPostgres) {
    // A Date has no microseconds.
    const trimmed = type.kind === 'instant' ? `date_trunc('milliseconds', ${name})` : name;
    const wider = cast(column, raws);
    return `${trimmed} = ANY(${parameter(text, raws)}${wider && `${wider}[]`})`;
  }
  // SQLite may round a fraction that it reads from text.
  if (/decimal|float/.test(type.kind) && raws.length <= maxParameters)
    return `${name} IN (${raws.map((raw) => parameter(text, raw)).join(', ')})`;
  return `${name} IN (SELECT value FROM json_each(${parameter(text, JSON.stringify(raws))}))`;
}

/** A filter may exceed the range of an integer column; PostgreSQL's index serves wider integers too. */
function cast({ type: { kind }, typeName }: SqlColumn, raws: readonly Raw[]): string {
  if (kind !== 'integer') return '';
  const end = 2 ** (/^(smallint|int2)$/.test(typeName) ? 15 : 31);
  return raws.some((raw) => (raw as number) >= end || (raw as number) < -end) ? '::bigint' : '';
}
