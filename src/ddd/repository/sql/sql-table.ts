import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { EntityColumns } from '../entity-columns.js';
import { IntegrityError } from '../repository.errors.js';
import type { Sorting } from '../sorting.js';
import { SqlColumn } from './sql-column.js';
import type { Raw, SqlStorage } from './sql-storage.js';
import { storageOf } from './sql-text.js';
import type { SqlText } from './sql-text.js';

export type Row = Readonly<Record<string, unknown>>;

const tables = new WeakMap<EntityMetadata, SqlTable>();

/** What the statements on a table have in common, derived once from TypeORM's metadata. */
export class SqlTable<Entity extends ObjectLiteral = ObjectLiteral> {
  /** The table, quoted. */
  readonly name: string;
  /** The returned columns of a record, quoted. */
  readonly columns: string;
  readonly fields: EntityColumns<Entity>;
  readonly #storage: SqlStorage;
  readonly #cells: readonly Cell[];

  private constructor(readonly metadata: EntityMetadata) {
    const { driver } = metadata.dataSource;
    this.fields = EntityColumns.of<Entity>(metadata);
    this.#storage = storageOf(metadata);
    for (const column of metadata.columns) this.#storage.assertExact(SqlColumn.of(column));
    this.name = metadata.tablePath
      .split('.')
      .map((part) => driver.escape(part))
      .join('.');
    const cells = this.fields.read.map((column, index) => this.#cell(SqlColumn.of(column), index));
    this.#cells = cells;
    this.columns = cells.map(({ selected }) => selected).join(', ');
  }

  /** @throws TypeError for an entity that a repository does not support */
  static of<Entity extends ObjectLiteral>(metadata: EntityMetadata): SqlTable<Entity> {
    const table = tables.get(metadata) ?? new SqlTable(metadata);
    tables.set(metadata, table);
    return table as SqlTable<Entity>;
  }

  /** The record in a row. */
  recordOf(row: Row): Entity {
    const record = this.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    for (const { column, key } of this.#cells) {
      const raw = (row[key] ?? null) as Raw;
      const stored = raw === null ? null : this.#storage.stored(column, raw);
      column.metadata.setEntityValue(record, column.read(stored));
    }
    return record;
  }

  /** The cursor values of a row: what is stored, which may be finer than what the record shows. */
  positionOf(row: Row, sorting: readonly Sorting[]): unknown[] {
    return sorting.map(
      ({ field }) => row[this.#cells.find(({ column }) => column.field === field)?.key ?? ''] ?? null,
    );
  }

  /** Columns and values of new records. A column that no record sets is left to its default. */
  insertion(records: readonly Entity[], text: SqlText): string {
    const { fields } = this;
    for (const record of records) fields.assertFields(record);
    const filled = records.map((record) =>
      fields.inserted.map((column) =>
        this.#initial(SqlColumn.of(column), fields.initialValue(column, record), text),
      ),
    );
    // Empty records still need as many rows: `DEFAULT VALUES` would insert one.
    const indexes = fields.inserted.flatMap((column, index) =>
      index === 0 || filled.some((values) => values[index] !== undefined)
        ? [{ column: SqlColumn.of(column), index }]
        : [],
    );
    const rows = filled.map((values) =>
      indexes.map(({ column, index }) => values[index]?.() ?? ownDefault(column.metadata, text)),
    );
    const names = indexes.map(({ column }) => text.name(column));
    return `(${names.join(', ')}) VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`;
  }

  /**
   * Assignments of new values to the columns of a record.
   * @throws TypeError for an unknown field, or when none of them can be updated
   */
  assignments(changes: Partial<Entity>, text: SqlText): string {
    const changed = new Map(this.fields.changed(changes));
    const assigned = [...changed].map(([metadata, value]) => {
      const column = SqlColumn.of(metadata);
      return `${text.name(column)} = ${text.written(column, value)}`;
    });
    const { versionColumn: version, updateDateColumn: updated } = this.metadata;
    if (version && !changed.has(version)) {
      const name = text.name(SqlColumn.of(version));
      assigned.push(`${name} = ${name} + 1`);
    }
    if (updated && !changed.has(updated))
      assigned.push(`${text.name(SqlColumn.of(updated))} = ${this.#storage.now}`);
    return assigned.join(', ');
  }

  /** The fields that changes would empty although they may not be empty. */
  emptied(changes: Partial<Entity>): string[] {
    return this.fields
      .changed(changes)
      .filter(([column, value]) => !column.isNullable && SqlColumn.of(column).store(value) === null)
      .map(([column]) => column.propertyPath);
  }

  /** Conditions that every record fulfills: one marked as deleted is invisible to every verb. */
  visible(text: SqlText): string[] {
    const { deleteDateColumn: deleted } = this.metadata;
    return deleted ? [`${text.name(SqlColumn.of(deleted))} IS NULL`] : [];
  }

  /** The placeholder of a column's initial value; undefined for one that is left to its default. */
  #initial(column: SqlColumn, value: unknown, text: SqlText): (() => string) | undefined {
    if (!text.isPostgres && isEmptyKey(column.metadata, value))
      throw new IntegrityError(this.metadata.tableName, {
        constraint: `${this.metadata.tableName}.${column.field}`,
      });
    if (value !== undefined) return () => text.written(column, value);
    if (isDatedByDefault(column.metadata)) return () => this.#storage.now;
    const initial = this.#storage.initial(column);
    return initial === undefined ? undefined : () => text.parameter(initial);
  }

  #cell(column: SqlColumn, index: number): Cell {
    const { driver } = this.metadata.dataSource;
    const { databaseName } = column.metadata;
    const name = driver.escape(databaseName);
    const reading = this.#storage.reading(column, name);
    if (reading === undefined) return { column, key: databaseName, selected: name };
    // Under a name of its own, because ORDER BY would take the column's name for that of the expression.
    const key = `stored.${index}`;
    return { column, key, selected: `${reading} AS ${driver.escape(key)}` };
  }
}

/** What a statement returns of one column. */
interface Cell {
  readonly column: SqlColumn;
  /** Its name in the row. */
  readonly key: string;
  readonly selected: string;
}

/** Whether TypeORM would leave dating a record to the database, which uses finer or coarser units than a Date. */
function isDatedByDefault(column: ColumnMetadata): boolean {
  const { driver } = column.entityMetadata.dataSource;
  const { createDateDefault, updateDateDefault } = driver.mappedDataTypes;
  return (
    (column.isCreateDate || column.isUpdateDate) &&
    [createDateDefault, updateDateDefault].includes(driver.normalizeDefault(column) ?? '')
  );
}

/** SQLite would number the record by itself, whatever the key means. */
const isEmptyKey = ({ isPrimary, isGenerated, default: standard }: ColumnMetadata, value: unknown): boolean =>
  isPrimary && (value === null || (value === undefined && !isGenerated && standard === undefined));

/** SQLite has no keyword for the default of a column. */
function ownDefault(column: ColumnMetadata, { isPostgres }: SqlText): string {
  if (isPostgres) return 'DEFAULT';
  return column.entityMetadata.dataSource.driver.normalizeDefault(column) ?? 'NULL';
}
