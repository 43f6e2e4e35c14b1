import type { EntityMetadata } from 'typeorm';
import type { Stored } from '../column/column-type.js';
import { EntityColumns } from '../entity-columns.js';
import { postgresStorage } from './postgres-storage.js';
import { SqlColumn } from './sql-column.js';
import type { Raw, SqlStorage } from './sql-storage.js';
import { sqliteStorage } from './sqlite-storage.js';

/** Builds the parts of one statement on one table, and collects their parameters. */
export class SqlText {
  /** By position: `$1` or the first `?` stands for the first. */
  readonly parameters: unknown[] = [];
  readonly isPostgres: boolean;
  readonly storage: SqlStorage;

  readonly fields: EntityColumns;

  constructor(readonly metadata: EntityMetadata) {
    this.fields = EntityColumns.of(metadata);
    this.isPostgres = metadata.dataSource.options.type === 'postgres';
    this.storage = storageOf(metadata);
  }

  /** @throws TypeError when the entity has no such column */
  column(field: string): SqlColumn {
    return SqlColumn.of(this.fields.column(field));
  }

  /** A column, quoted. */
  name({ metadata: { databaseName } }: SqlColumn): string {
    return this.metadata.dataSource.driver.escape(databaseName);
  }

  /** A column as an operand of comparisons and orders. */
  ordered(column: SqlColumn): string {
    return this.storage.ordered(column, this.name(column));
  }

  /** The placeholder of a value to be written. @throws InvalidValueError for one that the column cannot hold exactly */
  written(column: SqlColumn, value: unknown): string {
    const stored = column.store(value);
    return this.parameter(stored === null ? null : this.storage.written(column, stored));
  }

  /** The placeholder of a value to be compared with. */
  compared(column: SqlColumn, raw: Raw): string {
    return this.parameter(raw) + this.#cast(column, [raw]);
  }

  /**
   * A condition that a column has one of these values: one parameter, however long, because databases limit their
   * number.
   */
  oneOf(column: SqlColumn, values: readonly Stored[]): string {
    const name = this.name(column);
    const raws = [...new Set(values.flatMap((value) => this.storage.bounds(column, value)))];
    if (this.isPostgres) {
      // A Date has no microseconds.
      const compared = column.type.kind === 'instant' ? `date_trunc('milliseconds', ${name})` : name;
      const cast = this.#cast(column, raws);
      return `${compared} = ANY(${this.parameter(raws)}${cast && `${cast}[]`})`;
    }
    // SQLite may round a fraction that it reads from text.
    if (/decimal|float/.test(column.type.kind) && raws.length <= maxParameters)
      return `${name} IN (${raws.map((raw) => this.parameter(raw)).join(', ')})`;
    return `${name} IN (SELECT value FROM json_each(${this.parameter(JSON.stringify(raws))}))`;
  }

  parameter(value: unknown): string {
    return `${this.isPostgres ? '$' : '?'}${this.parameters.push(value)}`;
  }

  /** A filter may exceed the range of an integer column; its index serves wider integers too. */
  #cast({ type: { kind }, typeName }: SqlColumn, raws: readonly Raw[]): string {
    if (!this.isPostgres || kind !== 'integer') return '';
    const end = 2 ** (/^(smallint|int2)$/.test(typeName) ? 15 : 31);
    return raws.some((raw) => (raw as number) >= end || (raw as number) < -end) ? '::bigint' : '';
  }
}

/** Maximum number of list values as separate parameters; the statement has others. */
const maxParameters = 30_000;

export const storageOf = ({ dataSource }: EntityMetadata): SqlStorage =>
  dataSource.options.type === 'postgres' ? postgresStorage : sqliteStorage;
