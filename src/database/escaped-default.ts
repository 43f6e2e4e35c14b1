import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** A column whose text default can stand between quotes: TypeORM puts it there as it is. */
export function withEscapedDefault(column: ColumnMetadata): ColumnMetadata {
  const { default: value } = column;
  if (typeof value !== 'string' || !value.includes("'")) return column;
  return Object.create(column, { default: { value: value.replaceAll("'", "''") } }) as ColumnMetadata;
}
