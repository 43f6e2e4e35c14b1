import type { DataSource, EntityMetadata } from 'typeorm';

export interface BrokenConstraint {
  /** The table whose row breaks it. */
  readonly table: string;
  /** The fields it speaks of, joined by `+`, or its name where it speaks of none; undefined where nobody knows. */
  readonly fields?: string;
  readonly isUnique: boolean;
}

/** What a driver tells of a broken constraint. */
export interface ConstraintError extends Error {
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The columns of a foreign key, which our SQLite driver adds. */
  readonly columns?: readonly string[];
}

const sqliteMessage = /(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?/;
/** The table that a statement writes. */
const written =
  /\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+["`[]?([^\s"`\](]+)/i;

/**
 * Which table and fields a constraint error speaks of, the same from both databases: SQLite names the columns in its
 * message, PostgreSQL names the constraint, whose columns the entity knows. A client knows fields, not columns.
 * @param sql the statement that was refused, for what its error leaves out
 */
export function brokenConstraint(error: ConstraintError, dataSource: DataSource, sql = ''): BrokenConstraint {
  const [, kind, named] = sqliteMessage.exec(error.message) ?? [];
  const found = kind ? fromSqlite(kind, named ?? '', error, dataSource) : fromPostgres(error, dataSource);
  const table = found.table ?? written.exec(sql)?.[1] ?? 'record';
  const metadata = dataSource.entityMetadatas.find(({ tableName }) => tableName === table);
  const fields = found.columns?.map((name) => fieldOf(name, metadata)).join('+') ?? found.name;
  return { table, isUnique: kind === 'UNIQUE', ...(fields && { fields }) };
}

interface Found {
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

function fromSqlite(
  kind: string,
  named: string,
  { table, columns }: ConstraintError,
  { entityMetadatas }: DataSource,
): Found {
  if (kind === 'FOREIGN KEY') return { table, columns };
  const name = kind === 'CHECK' ? named : /^index '(.+)'$/.exec(named)?.[1];
  if (name === undefined) {
    const places = named.split(', ').map((place) => place.split('.'));
    return { table: places[0]?.[0], columns: places.map((place) => place.at(-1) ?? '') };
  }
  const metadata = entityMetadatas.find(({ checks, indices }) =>
    [...checks, ...indices].some((constraint) => constraint.name === name),
  );
  return { table: metadata?.tableName, columns: columnsOf(metadata, name), name };
}

function fromPostgres(
  { table, column, constraint }: ConstraintError,
  { entityMetadatas }: DataSource,
): Found {
  const metadata = entityMetadatas.find(({ tableName }) => tableName === table);
  return { table, columns: column ? [column] : columnsOf(metadata, constraint), name: constraint };
}

function columnsOf(
  metadata: EntityMetadata | undefined,
  constraint: string | undefined,
): string[] | undefined {
  if (!metadata || !constraint) return undefined;
  const key = names(metadata.primaryColumns);
  if (metadata.primaryColumns.some(({ primaryKeyConstraintName }) => primaryKeyConstraintName === constraint))
    return key;
  const known = [...metadata.uniques, ...metadata.indices, ...metadata.foreignKeys].find(
    ({ name }) => name === constraint,
  );
  if (known) return names(known.columns);
  // A primary key that TypeORM was not asked to name is named by PostgreSQL after the table.
  return /^PK_|_pkey$/.test(constraint) ? key : undefined;
}

const names = (columns: readonly { databaseName: string }[]) =>
  columns.map(({ databaseName }) => databaseName);

const fieldOf = (name: string, metadata: EntityMetadata | undefined): string =>
  metadata?.columns.find(({ databaseName }) => databaseName === name)?.propertyPath ?? name;
