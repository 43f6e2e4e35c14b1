import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Stored } from '../../src/ddd/repository/index.js';
import { SqlColumn } from '../../src/ddd/repository/index.js';

/**
 * The value that the database would fill in for a field that a new record leaves out.
 * @param number the number of the new row, from 1
 * @throws TypeError for a default in SQL that only a database can compute
 */
export function defaultValue(column: ColumnMetadata, number: number): Stored | null {
  const value = filledIn(column, number);
  if (value === null || value === undefined) return null;
  const stored = SqlColumn.of(column);
  if (types.isDate(value)) return storedMoment(value, stored);
  // The default of a document is its text.
  return typeof value === 'string' && /json|list/.test(stored.type.kind) ? value : stored.storePlain(value);
}

/** What the column keeps of a moment: its day, or the digits of a second that it has. */
export function storedMoment(moment: Date, column: SqlColumn): Stored {
  if (column.type.kind === 'date') return moment.toISOString().slice(0, 10);
  const step = 10 ** Math.max(0, 3 - (column.metadata.precision ?? 3));
  return column.storePlain(new Date(Math.floor(moment.getTime() / step) * step));
}

function filledIn(column: ColumnMetadata, number: number): unknown {
  if (column.isGenerated) return column.generationStrategy === 'uuid' ? randomUUID() : number;
  if (column.isCreateDate || column.isUpdateDate) return new Date();
  const { default: value } = column;
  if (typeof value === 'function') return computed(column, value());
  if (Array.isArray(value)) return [...value];
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function computed(column: ColumnMetadata, sql: string): unknown {
  const text = /^'((?:[^']|'')*)'$/.exec(sql)?.[1];
  if (text !== undefined) return text.replaceAll("''", "'");
  if (/^-?\d+(\.\d+)?$/.test(sql)) return Number(sql);
  if (/^(true|false)$/i.test(sql)) return sql.toLowerCase() === 'true';
  if (/^null$/i.test(sql)) return null;
  if (/^(current_timestamp(\(\d\))?|now\(\)|datetime\('now'\))$/i.test(sql)) return new Date();
  throw new TypeError(
    `The default of ${column.entityMetadata.name}.${column.propertyPath} is SQL (${sql}), which does not run in memory: ` +
      'give the value, or test on a database (createDatabase)',
  );
}
