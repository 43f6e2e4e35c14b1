import type { DataSource, EntityMetadata } from 'typeorm';

export interface BrokenConstraint {
  /** The table whose row violates it. */
  readonly table: string;
  /** Its fields, joined by `+`, or its name if it has none; undefined if unknown. */
  readonly fields?: string;
  readonly isUnique: boolean;
}

/** What a driver reports about a violated constraint. */
export interface ConstraintError extends Error {
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The columns of a foreign key, which our SQLite driver adds. */
  readonly columns?: readonly string[];
}

const sqliteMessage = /(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?/;
/** The table that a statement writes to. */
const written =
  /\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+["`[]?([^\s"`\](]+)/i;

/**
 * The table and fields of a constraint error, the same for both databases: SQLite names the columns in its message,
 * PostgreSQL names the constraint, whose columns the entity knows. A client knows fields, not columns.
 * @param sql the refused statement, which supplies what its error leaves out
 */
export function brokenConstraint(error: ConstraintError, dataSource: DataSource, sql = ''): BrokenConstraint {
  const [, kind, named] = sqliteMessage.exec(error.message) ?? [];
  const target = written.exec(sql)?.[1];
  const found = kind
    ? fromSqlite(kind, named ?? '', { ...error, target }, dataSource)
    : fromPostgres(error, dataSource);
  const table = found.table ?? target ?? 'record';
  const metadata = found.metadata ?? entityOf(dataSource, table);
  const fields = found.columns?.map((name) => fieldOf(name, metadata)).join('+') ?? found.name;
  return { table, isUnique: kind === 'UNIQUE', ...(fields && { fields }) };
}

interface Found {
  readonly metadata?: EntityMetadata | undefined;
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

function fromSqlite(
  kind: string,
  named: string,
  { table, columns, target }: Partial<ConstraintError> & { readonly target: string | undefined },
  dataSource: DataSource,
): Found {
  if (kind === 'FOREIGN KEY') return { table, columns };
  const name = kind === 'CHECK' ? named : /^index '(.+)'$/.exec(named)?.[1];
  if (name === undefined) {
    const places = named.split(', ').map((place) => place.split('.'));
    return { table: places[0]?.[0], columns: places.map((place) => place.at(-1) ?? '') };
  }
  const has = ({ checks, indices }: EntityMetadata) =>
    [...checks, ...indices].some((constraint) => constraint.name === name);
  // Checks of several tables may share a name, and a trigger may write to another table than the statement.
  const own = entityOf(dataSource, target);
  const metadata = own && has(own) ? own : dataSource.entityMetadatas.find(has);
  return { table: metadata?.tableName, columns: columnsOf(metadata, name), name, metadata };
}

function fromPostgres({ schema, table, column, constraint }: ConstraintError, dataSource: DataSource): Found {
  const metadata = entityOf(dataSource, table, schema);
  return { table, columns: column ? [column] : columnsOf(metadata, constraint), name: constraint, metadata };
}

/** Schemas may have tables of the same name. An entity without a schema is in that of its connection. */
function entityOf(
  { entityMetadatas }: DataSource,
  table: string | undefined,
  schema?: string,
): EntityMetadata | undefined {
  const named = entityMetadatas.filter(({ tableName }) => tableName === table);
  return (
    named.find((metadata) => metadata.schema === schema) ??
    named.find((metadata) => !metadata.schema) ??
    named[0]
  );
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
  // PostgreSQL names a primary key after the table unless TypeORM was given a name.
  return /^PK_|_pkey$/.test(constraint) ? key : undefined;
}

const names = (columns: readonly { databaseName: string }[]) =>
  columns.map(({ databaseName }) => databaseName);

const fieldOf = (name: string, metadata: EntityMetadata | undefined): string =>
  metadata?.columns.find(({ databaseName }) => databaseName === name)?.propertyPath ?? name;
