import type { DataSource, EntityMetadata } from 'typeorm';

export interface BrokenConstraint {
  readonly table: string;
  /** The columns, joined by `+`; undefined where the database does not name them. */
  readonly columns?: string;
  readonly isUnique: boolean;
}

interface PostgresError extends Error {
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/**
 * Which table and columns a constraint error speaks of, the same from both databases: SQLite names the columns in its
 * message, PostgreSQL names the constraint, whose columns the entity knows.
 */
export function brokenConstraint(error: PostgresError, dataSource: DataSource): BrokenConstraint {
  const [, kind, named] =
    /(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?/.exec(error.message) ?? [];
  if (kind) return fromSqlite(kind, named ?? '');
  const table = error.table ?? 'record';
  const metadata = dataSource.entityMetadatas.find(({ tableName }) => tableName === table);
  const columns = error.column ?? columnsOf(metadata, error.constraint) ?? error.constraint;
  return { table, isUnique: false, ...(columns && { columns }) };
}

function fromSqlite(kind: string, named: string): BrokenConstraint {
  const isUnique = kind === 'UNIQUE';
  const places = named.split(', ').map((place) => place.split('.'));
  const table = places[0]?.length === 2 ? places[0][0] : undefined;
  const columns = places.map((place) => place.at(-1)).join('+');
  return { table: table ?? 'record', isUnique, ...(columns && { columns }) };
}

function columnsOf(metadata: EntityMetadata | undefined, constraint: string | undefined): string | undefined {
  if (!metadata || !constraint) return undefined;
  if (metadata.primaryColumns.some(({ primaryKeyConstraintName }) => primaryKeyConstraintName === constraint))
    return joined(metadata.primaryColumns);
  const known = [...metadata.uniques, ...metadata.indices, ...metadata.foreignKeys].find(
    ({ name }) => name === constraint,
  );
  if (known) return joined(known.columns);
  // A primary key that TypeORM was not asked to name is named by PostgreSQL after the table.
  return /^PK_|_pkey$/.test(constraint) ? joined(metadata.primaryColumns) : undefined;
}

const joined = (columns: readonly { databaseName: string }[]) =>
  columns.map((column) => column.databaseName).join('+');
