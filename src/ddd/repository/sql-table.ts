import { randomUUID } from 'node:crypto';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { SqlText } from './sql-text.js';

export type Row = Readonly<Record<string, unknown>>;

const tables = new WeakMap<EntityMetadata, SqlTable>();

/** What the statements on a table have in common, made once from what TypeORM knows of the entity. */
export class SqlTable<Entity extends ObjectLiteral = ObjectLiteral> {
  /** The table, quoted. */
  readonly name: string;
  /** What a statement answers of a record, quoted. */
  readonly columns: string;
  readonly #read: readonly ColumnMetadata[];
  readonly #written: readonly ColumnMetadata[];

  private constructor(readonly metadata: EntityMetadata) {
    const { driver } = metadata.dataSource;
    this.name = metadata.tablePath
      .split('.')
      .map((part) => driver.escape(part))
      .join('.');
    // The key of a relation that is no field of its own is virtual: written with the relation, read by TypeORM alone.
    this.#read = metadata.columns.filter(
      (column) => column.isSelect && !column.isVirtual && !column.isVirtualProperty,
    );
    this.#written = metadata.columns.filter((column) => column.isInsert && !column.isVirtualProperty);
    this.columns = this.#read.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
    const spatial = metadata.columns.find(({ type }) => driver.spatialTypes.includes(type as never));
    if (spatial)
      throw new TypeError(
        `${metadata.name}.${spatial.propertyPath} is a ${String(spatial.type)}, which a table repository cannot read: ` +
          'ask for it by SQL in a method of your own',
      );
  }

  /** @throws TypeError for an entity with a column of a kind that only SQL of its own can read */
  static of<Entity extends ObjectLiteral>(metadata: EntityMetadata): SqlTable<Entity> {
    const table = tables.get(metadata) ?? new SqlTable(metadata);
    tables.set(metadata, table);
    return table as SqlTable<Entity>;
  }

  /** The record in a row. */
  recordOf(row: Row): Entity {
    const record = this.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    const { driver } = this.metadata.dataSource;
    for (const column of this.#read)
      column.setEntityValue(record, driver.prepareHydratedValue(row[column.databaseName], column));
    return record;
  }

  /** Columns and values of new records. A column that no record fills is left to its default. */
  insertion(records: readonly Entity[], text: SqlText): string {
    const filled = records.map((record) => this.#written.map((column) => this.#initialValue(column, record)));
    const places = this.#written.flatMap((column, place) =>
      filled.some((values) => values[place] !== undefined) ? [{ column, place }] : [],
    );
    if (!places.length) return 'DEFAULT VALUES';
    const rows = filled.map((values) =>
      places.map(({ column, place }) =>
        values[place] === undefined ? ownDefault(column, text) : text.stored(column, values[place]),
      ),
    );
    const names = places.map(({ column }) => text.name(column));
    return `(${names.join(', ')}) VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`;
  }

  /**
   * Assignments of new values to the columns of a record.
   * @throws TypeError for a field that the entity has not, or when none of them can be updated
   */
  assignments(changes: Partial<Entity>, text: SqlText): string {
    const { metadata } = this;
    const stranger = Object.keys(changes).find((field) => !(field in metadata.propertiesMap));
    if (stranger !== undefined) throw new TypeError(`${metadata.name} has no column ${stranger}`);
    const changed = metadata.columns.filter(
      (column) => column.isUpdate && !column.isVirtualProperty && valueIn(column, changes) !== undefined,
    );
    if (!changed.length) throw new TypeError(`${metadata.name}: none of these fields can be updated`);
    const assigned = changed.map(
      (column) => `${text.name(column)} = ${text.stored(column, valueIn(column, changes))}`,
    );
    const { versionColumn: version, updateDateColumn: updated } = metadata;
    if (version && !changed.includes(version))
      assigned.push(`${text.name(version)} = ${text.name(version)} + 1`);
    if (updated && !changed.includes(updated)) assigned.push(`${text.name(updated)} = CURRENT_TIMESTAMP`);
    return assigned.join(', ');
  }

  #initialValue(column: ColumnMetadata, record: Entity): unknown {
    if (column.isVersion) return 1;
    if (column.isDiscriminator) return this.metadata.discriminatorValue;
    const value = valueIn(column, record);
    const isMissingId = value === undefined && column.isGenerated && column.generationStrategy === 'uuid';
    return isMissingId && !this.metadata.dataSource.driver.isUUIDGenerationSupported() ? randomUUID() : value;
  }

  /** What is true of every row of this entity, where other entities share its table. */
  own(text: SqlText): string[] {
    const { discriminatorColumn: kind, parentEntityMetadata: parent, childEntityMetadatas } = this.metadata;
    if (!kind || !parent) return [];
    const kinds = [this.metadata, ...childEntityMetadatas].map(
      ({ discriminatorValue }) => discriminatorValue,
    );
    return [`${text.name(kind)} IN (${kinds.map((value) => text.parameter(value)).join(', ')})`];
  }

  /** As `own`, without the rows that are marked as deleted. */
  visible(text: SqlText): string[] {
    const { deleteDateColumn: deleted } = this.metadata;
    return [...this.own(text), ...(deleted ? [`${text.name(deleted)} IS NULL`] : [])];
  }
}

/** A column of a relation holds the key of the record that it is given. */
function valueIn(column: ColumnMetadata, record: ObjectLiteral): unknown {
  const value: unknown = column.getEntityValue(record);
  const isRecord =
    typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
  return isRecord && column.referencedColumn ? column.referencedColumn.getEntityValue(value) : value;
}

/** SQLite has no word for the default of a column. */
function ownDefault(column: ColumnMetadata, { isPostgres }: SqlText): string {
  if (isPostgres) return 'DEFAULT';
  return column.entityMetadata.dataSource.driver.normalizeDefault(column) ?? 'NULL';
}
