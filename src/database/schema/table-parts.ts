import type {
  QueryRunner,
  Table,
  TableCheck,
  TableColumn,
  TableForeignKey,
  TableIndex,
  TableUnique,
} from 'typeorm';

/** A part of a table. */
export interface TablePart {
  readonly kind: 'table' | 'column' | 'primary key' | 'unique' | 'check' | 'foreign key' | 'index';
  /** In words, and the same for the same part of another table of that name. */
  readonly name: string;
  /** In words, equal where the part is the same. */
  readonly definition: string;
  /** Adds it to a table that lacks it; absent where that is not possible. */
  readonly addTo?: (runner: QueryRunner, table: Table) => Promise<void>;
  /** Whether rows that are there have no value for it. */
  readonly needsValue?: boolean;
}

/** The parts of a table by their names. Columns come before what refers to them; their order means nothing. */
export function partsOf(table: Table | undefined): ReadonlyMap<string, TablePart> {
  if (!table) return new Map();
  const parts: TablePart[] = [
    { kind: 'table', name: `the table ${table.name}`, definition: 'there' },
    ...table.columns.map((column) => columnPart(table, column)),
    {
      kind: 'primary key',
      name: `the primary key of ${table.name}`,
      definition: inAnyOrder(table.primaryColumns.map(({ name }) => name)),
    },
    ...table.uniques.map((unique) => uniquePart(table, unique)),
    ...table.checks.map((check) => checkPart(table, check)),
    ...table.foreignKeys.map((key) => foreignKeyPart(table, key)),
    ...table.indices.map((index) => indexPart(table, index)),
  ];
  return new Map(parts.map((part) => [part.name, part]));
}

const columnPart = (table: Table, column: TableColumn): TablePart => ({
  kind: 'column',
  name: `the column ${table.name}.${column.name}`,
  definition: [typeOf(column), nullability(column), numbering(column), defaultOf(column)].join(', '),
  // Its unique constraint is a part of its own.
  addTo: (runner, found) => runner.addColumn(found, Object.assign(column.clone(), { isUnique: false })),
  needsValue: !column.isNullable && column.default === undefined && !column.isGenerated,
});

const uniquePart = (table: Table, unique: TableUnique): TablePart => ({
  kind: 'unique',
  name: `the unique constraint of ${table.name} on ${inAnyOrder(unique.columnNames)}`,
  definition: 'there',
  addTo: (runner, found) => runner.createUniqueConstraint(found, unique.clone()),
});

const checkPart = (table: Table, check: TableCheck): TablePart => ({
  kind: 'check',
  name: `the check ${check.name} of ${table.name}`,
  definition: check.expression ?? '',
  addTo: (runner, found) => runner.createCheckConstraint(found, check.clone()),
});

const foreignKeyPart = (table: Table, key: TableForeignKey): TablePart => ({
  kind: 'foreign key',
  name: `the foreign key of ${table.name} from ${listed(key.columnNames)}`,
  definition: describeForeignKey(key),
  addTo: (runner, found) => runner.createForeignKey(found, key.clone()),
});

const indexPart = (table: Table, index: TableIndex): TablePart => ({
  kind: 'index',
  name: `the index ${index.name} on ${table.name}`,
  definition: describeIndex(index),
  addTo: (runner, found) => runner.createIndex(found, index.clone()),
});

export function typeOf({ type, length, precision, scale, isArray, enum: values }: TableColumn): string {
  const size = length
    ? `(${length})`
    : scale !== undefined
      ? `(${precision ?? ''}, ${scale})`
      : precision
        ? `(${precision})`
        : '';
  return `${type}${size}${values ? ` of ${listed(values)}` : ''}${isArray ? '[]' : ''}`;
}

export const nullability = ({ isNullable }: TableColumn) => (isNullable ? 'nullable' : 'not null');

/** The program generates a uuid that SQLite cannot. */
export const numbering = ({ isGenerated, generationStrategy }: TableColumn) =>
  isGenerated && generationStrategy !== 'uuid' ? 'numbered by the database' : 'given a value';

export const defaultOf = (column: TableColumn) => {
  const value: unknown = column.isGenerated ? undefined : column.default;
  return typeof value === 'string' && !/^null$/i.test(value) ? `the default ${value}` : 'no default';
};

export const describeIndex = (index: TableIndex) => {
  const { columnNames, isUnique, where } = index;
  const method = methodOf(index);
  return [
    ...(isUnique ? ['unique'] : []),
    listed(columnNames),
    ...(method === 'btree' ? [] : [`using ${method}`]),
    ...(where ? [`where ${where}`] : []),
  ].join(' ');
};

/** How PostgreSQL builds an index. */
const methodOf = ({ type, isSpatial }: TableIndex): string =>
  type?.toLowerCase() ?? (isSpatial ? 'gist' : 'btree');

export function describeForeignKey({
  columnNames,
  referencedTableName,
  referencedColumnNames,
  onDelete = 'NO ACTION',
  onUpdate = 'NO ACTION',
}: TableForeignKey): string {
  const update = onUpdate === 'NO ACTION' ? '' : ` on update ${onUpdate}`;
  const target = `${referencedTableName.split('.').at(-1)} (${referencedColumnNames.join(', ')})`;
  return `${listed(columnNames)} to ${target} on delete ${onDelete}${update}`;
}

export const listed = (names: readonly string[]) => `(${names.join(', ')})`;
export const inAnyOrder = (names: readonly string[]) => listed([...names].sort());
