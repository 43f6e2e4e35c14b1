import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { EntityColumns } from '../entity-columns.js';
import { IntegrityError } from '../repository.errors.js';
import type { Sorting } from '../sorting.js';
import { SqlColumn } from './sql-column.js';
import type { Raw, SqlStorage } from './sql-storage.js';
import { postgresStorage } from './postgres-storage.js';
import { parameter, written } from './sql-text.js';
import type { SqlText } from './sql-text.js';
import { sqliteStorage } from './sqlite-storage.js';

export type Row = Readonly<Record<string, unknown>>;

const tables = new WeakMap<EntityMetadata, SqlTable>();

/** What the statements on a table have in common, derived once from TypeORM's metadata. */
export class SqlTable<Entity extends ObjectLiteral = ObjectLiteral> {
  /** The table, quoted. */
  readonly name: string;
  /** The returned columns of a record, quoted. */
  readonly columns: string;
  readonly fields: EntityColumns<Entity>;
  /** Conditions that every record fulfills: one marked as deleted is invisible to every verb. */
  readonly visible: readonly string[];
  readonly #isPostgres: boolean;
  readonly #storage: SqlStorage;
  readonly #inserted: readonly InsertedColumn[];
  readonly #cells: readonly Cell[];

  private constructor(readonly metadata: EntityMetadata) {
    const { driver, options } = metadata.dataSource;
    this.fields = EntityColumns.of<Entity>(metadata);
    this.#isPostgres = options.type === 'postgres';
    this.#storage = this.#isPostgres ? postgresStorage : sqliteStorage;
    for (const column of metadata.columns) this.#storage.assertExact(SqlColumn.of(column));
    this.name = metadata.tablePath
      .split('.')
      .map((part) => driver.escape(part))
      .join('.');
    const cells = this.fields.read.map((column, index) => this.#cell(SqlColumn.of(column), index));
    this.#cells = cells;
    this.columns = cells.map(({ selected }) => selected).join(', ');
    this.#inserted = this.fields.inserted.map((column) => ({
      column: SqlColumn.of(column),
      isDated: isDatedByDefault(column),
    }));
    const { deleteDateColumn: deleted } = metadata;
    this.visible = deleted ? [`${SqlColumn.of(deleted).name} IS NULL`] : [];
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

  /** A statement to be written. */
  text(): SqlText {
    return {
      fields: this.fields,
      storage: this.#storage,
      isPostgres: this.#isPostgres,
      parameters: [],
    };
  }

  /** Columns and values of new records. A column that no record sets is left to its default. */
  insertion(records: readonly Entity[], text: SqlText): string {
    for (const record of records) this.fields.assertFields(record);
    const filled = records.map((record) => this.#inserted.map((inserted) => this.#initial(inserted, record)));
    // Empty records still need as many rows: `DEFAULT VALUES` would insert one.
    const indexes = this.#inserted.flatMap(({ column }, index) =>
      index === 0 || filled.some((values) => values[index] !== undefined) ? [{ column, index }] : [],
    );
    const rows = filled.map((values) =>
      indexes.map(({ column, index }) => values[index]?.(text) ?? this.#default(column)).join(', '),
    );
    return `(${indexes.map(({ column }) => column.name).join(', ')}) VALUES (${rows.join('), (')})`;
  }

  /**
   * Assignments of new values to the columns of a record.
   * @throws TypeError for an unknown field, or when none of them can be updated
   */
  assignments(changes: Partial<Entity>, text: SqlText): string {
    const changed = new Map(this.fields.changed(changes));
    const assigned = [...changed].map(([metadata, value]) => {
      const column = SqlColumn.of(metadata);
      return `${column.name} = ${written(text, column, value)}`;
    });
    const { versionColumn: version, updateDateColumn: updated } = this.metadata;
    if (version && !changed.has(version)) {
      const { name } = SqlColumn.of(version);
      assigned.push(`${name} = ${name} + 1`);
    }
    if (updated && !changed.has(updated))
      assigned.push(`${SqlColumn.of(updated).name} = ${this.#storage.now(SqlColumn.of(updated))}`);
    return assigned.join(', ');
  }

  /** The fields that changes would empty although they may not be empty. */
  emptied(changes: Partial<Entity>): string[] {
    return this.fields
      .changed(changes)
      .filter(([column, value]) => !column.isNullable && SqlColumn.of(column).store(value) === null)
      .map(([column]) => column.propertyPath);
  }

  /** Writes a column's initial value; undefined for one that is left to its default. */
  #initial({ column, isDated }: InsertedColumn, record: Entity): Writing | undefined {
    const value = this.fields.initialValue(column.metadata, record);
    if (!this.#isPostgres && isEmptyKey(column.metadata, value))
      throw new IntegrityError(this.metadata.tableName, {
        constraint: `${this.metadata.tableName}.${column.field}`,
      });
    if (value !== undefined) return (text) => written(text, column, value);
    if (isDated) return () => this.#storage.now(column);
    const initial = this.#storage.initial(column);
    return initial === undefined ? undefined : (text) => parameter(text, initial);
  }

  /** SQLite has no keyword for the default of a column. */
  #default({ metadata }: SqlColumn): string {
    if (this.#isPostgres) return 'DEFAULT';
    return metadata.entityMetadata.dataSource.driver.normalizeDefault(metadata) ?? 'NULL';
  }

  #cell(column: SqlColumn, index: number): Cell {
    const { driver } = this.metadata.dataSource;
    const reading = this.#storage.reading(column, column.name);
    if (reading === undefined) return { column, key: column.metadata.databaseName, selected: column.name };
    // Under a name of its own, because ORDER BY would take the column's name for that of the expression.
    const key = `stored.${index}`;
    return { column, key, selected: `${reading} AS ${driver.escape(key)}` };
  }
}

/** Writes a value into a statement. */
type Writing = (text: SqlText) => string;

/** A column of new records. */
interface InsertedColumn {
  readonly column: SqlColumn;
  /** Whether we date a record that does not date itself. */
  readonly isDated: boolean;
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
