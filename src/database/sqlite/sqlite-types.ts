import type { ColumnType } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { SqlColumn, sqliteStorage } from '../../ddd/repository/index.js';
/** SQLite's names for types that PostgreSQL calls differently, so that one entity serves both. */
const typeNames: Readonly<Record<string, ColumnType>> = {
  timestamp: 'datetime',
  'timestamp without time zone': 'datetime',
  timestamptz: 'datetime',
  'timestamp with time zone': 'datetime',
  'time without time zone': 'time',
  bytea: 'blob',
  bool: 'boolean',
  int4: 'integer',
  float4: 'real',
  float8: 'double',
  char: 'character',
  'character varying': 'varchar',
};

export function typeFor(type: unknown): { readonly type?: ColumnType } {
  const name = typeNames[String(type)];
  return name ? { type: name } : {};
}

/** A column with SQLite's name of its type. */
export function withType(column: ColumnMetadata): ColumnMetadata {
  const { type } = typeFor(column.type);
  return type ? (Object.create(column, { type: { value: type } }) as ColumnMetadata) : column;
}

export const isMoment = (column: ColumnMetadata): boolean =>
  column.type === Date || withType(column).type === 'datetime';

/** As a repository writes it. */
export function writtenMoment(value: unknown, metadata: ColumnMetadata): unknown {
  const column = SqlColumn.of(metadata);
  const stored = column.store(value);
  return stored === null ? null : sqliteStorage.written(column, stored);
}

/** A column with its default as a repository writes the value, so that filters find what the database fills in. */
export function withStoredDefault(column: ColumnMetadata): ColumnMetadata {
  if (!isMoment(column) && !/^(uuid|time)$/.test(String(withType(column).type))) return column;
  const value = sqliteStorage.initial(SqlColumn.of(column));
  return value === undefined ? column : (Object.create(column, { default: { value } }) as ColumnMetadata);
}

/** Refuses an integer that a double does not hold exactly. */
export function assertNotRounded(value: unknown, column: ColumnMetadata): void {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  if (isRounded && /^(bigint|int8|integer|int)$/.test(String(column.type)))
    throw SqlColumn.of(column).invalid(
      'holds a whole number beyond 2^53, which the sqlite3 package rounds: read it through a table repository, or by SQL as text',
    );
}
