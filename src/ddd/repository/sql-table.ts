import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { EntityColumns } from './entity-columns.js';
import type { SqlText } from './sql-text.js';

export type Row = Readonly<Record<string, unknown>>;

const tables = new WeakMap<EntityMetadata, SqlTable>();

/** What the statements on a table have in common, made once from what TypeORM knows of the entity. */
export class SqlTable<Entity extends ObjectLiteral = ObjectLiteral> {
  /** The table, quoted. */
  readonly name: string;
  /** What a statement answers of a record, quoted. */
  readonly columns: string;
  readonly fields: EntityColumns<Entity>;

  private constructor(readonly metadata: EntityMetadata) {
    const { driver } = metadata.dataSource;
    this.fields = EntityColumns.of<Entity>(metadata);
    this.name = metadata.tablePath
      .split('.')
      .map((part) => driver.escape(part))
      .join('.');
    this.columns = this.fields.read.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  }

  /** @throws TypeError for an entity with something that a repository does not support */
  static of<Entity extends ObjectLiteral>(metadata: EntityMetadata): SqlTable<Entity> {
    const table = tables.get(metadata) ?? new SqlTable(metadata);
    tables.set(metadata, table);
    return table as SqlTable<Entity>;
  }

  /** The record in a row. */
  recordOf(row: Row): Entity {
    const record = this.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    const { driver } = this.metadata.dataSource;
    for (const column of this.fields.read)
      column.setEntityValue(record, driver.prepareHydratedValue(row[column.databaseName], column));
    return record;
  }

  /** Columns and values of new records. A column that no record fills is left to its default. */
  insertion(records: readonly Entity[], text: SqlText): string {
    const { fields } = this;
    for (const record of records) fields.assertFields(record);
    const filled = records.map((record) =>
      fields.inserted.map((column) => fields.initialValue(column, record)),
    );
    const places = fields.inserted.flatMap((column, place) =>
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
    const changed = new Map(this.fields.changed(changes));
    const assigned = [...changed].map(
      ([column, value]) => `${text.name(column)} = ${text.stored(column, value)}`,
    );
    const { versionColumn: version, updateDateColumn: updated } = this.metadata;
    if (version && !changed.has(version)) assigned.push(`${text.name(version)} = ${text.name(version)} + 1`);
    if (updated && !changed.has(updated)) assigned.push(`${text.name(updated)} = CURRENT_TIMESTAMP`);
    return assigned.join(', ');
  }

  /** What is true of every record: one that is marked as deleted is there for no verb. */
  visible(text: SqlText): string[] {
    const { deleteDateColumn: deleted } = this.metadata;
    return deleted ? [`${text.name(deleted)} IS NULL`] : [];
  }
}

/** SQLite has no word for the default of a column. */
function ownDefault(column: ColumnMetadata, { isPostgres }: SqlText): string {
  if (isPostgres) return 'DEFAULT';
  return column.entityMetadata.dataSource.driver.normalizeDefault(column) ?? 'NULL';
}
