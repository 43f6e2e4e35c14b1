import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { EntityColumns } from './entity-columns.js';

const textual = /char|text|citext/;

/** Builds the pieces of one statement on one table, and collects the values that belong to them. */
export class SqlText {
  /** By place: `$1` or `?1` stands for the first. */
  readonly parameters: unknown[] = [];
  readonly isPostgres: boolean;
  readonly fields: EntityColumns;

  constructor(readonly metadata: EntityMetadata) {
    this.fields = EntityColumns.of(metadata);
    this.isPostgres = metadata.dataSource.options.type === 'postgres';
  }

  /** A column, quoted. */
  name({ databaseName }: ColumnMetadata): string {
    return this.metadata.dataSource.driver.escape(databaseName);
  }

  /**
   * A column where the order of its values matters: text by code point, as SQLite has it. An index serves this on
   * PostgreSQL when the column is declared with `collation: 'C'`. A key is left to the order that its index has.
   */
  ordered(column: ColumnMetadata): string {
    const name = this.name(column);
    if (!this.isPostgres || column.isPrimary || column.collation) return name;
    const isText = textual.test(this.metadata.dataSource.driver.normalizeType(column));
    return isText ? `${name} COLLATE "C"` : name;
  }

  /** The place of a value, brought into the form in which the column stores it. */
  value(column: ColumnMetadata, value: unknown): string {
    return this.stored(column, value) + this.#cast(column, [value]);
  }

  /** As `value`, to be written: the database refuses what the column cannot hold. */
  stored(column: ColumnMetadata, value: unknown): string {
    return this.parameter(this.#stored(column, value));
  }

  /** The place of a list: one parameter, however long, for both databases limit their number. */
  values(column: ColumnMetadata, values: readonly unknown[]): string {
    const stored = values.map((value) => this.#stored(column, value));
    if (!this.isPostgres) return this.parameter(JSON.stringify(stored));
    const cast = this.#cast(column, values);
    return this.parameter(stored) + (cast && `${cast}[]`);
  }

  parameter(value: unknown): string {
    return `${this.isPostgres ? '$' : '?'}${this.parameters.push(value)}`;
  }

  /** PostgreSQL refuses to compare an integer column with what no integer of 32 bits is; SQLite does not mind. */
  #cast(column: ColumnMetadata, values: readonly unknown[]): string {
    if (!this.isPostgres || !/int/.test(this.metadata.dataSource.driver.normalizeType(column))) return '';
    return values.some((value) => typeof value === 'number' && value !== (value | 0))
      ? '::double precision'
      : '';
  }

  #stored(column: ColumnMetadata, value: unknown): unknown {
    return this.metadata.dataSource.driver.preparePersistentValue(value, column) as unknown;
  }
}
