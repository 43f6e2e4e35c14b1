import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** A column with an escaped text default, because TypeORM puts quotes around it without escaping. */
export function withEscapedDefault(column: ColumnMetadata): ColumnMetadata {
  const { default: value } = column;
  if (typeof value !== 'string' || !value.includes("'")) return column;
  return Object.create(column, { default: { value: value.replaceAll("'", "''") } }) as ColumnMetadata;
}
