import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { MoveError } from './move.errors.js';

/** What a driver answers for an expression below. */
export type Value = string | number | null;

/** How the values of one column are read on either side, so that equal values are equal texts. */
export interface MovedColumn {
  /** The field of the entity. */
  readonly field: string;
  readonly name: string;
  /** The type that the target casts the text to. */
  readonly type: string;
  /** An expression that SQLite reads it by. */
  readonly fromSqlite: string;
  /** An expression that PostgreSQL reads it by. */
  readonly fromPostgres: string;
  text(value: Value): string | null;
}

const plainText = (value: Value) => (value === null ? null : String(value));
/** The two databases write a floating-point number differently, and JavaScript reads both exactly. */
const numberText = (value: Value) => (value === null ? null : String(Number(value)));

const whole = /^(smallint|integer|bigint)$/;
const textual = /^(character varying|character|text|uuid)$/;
const floating = /^(real|double precision)$/;

/** @throws MoveError for a type that means something else on each database */
export function movedColumn(column: ColumnMetadata, target: DataSource): MovedColumn {
  const type = target.driver.normalizeType(column);
  const field = column.propertyName;
  const name = column.databaseName;
  const quoted = `"${name}"`;
  // As text, for a big integer read as a JavaScript number may lose its last digits.
  const asText = { fromSqlite: `CAST(${quoted} AS TEXT)`, fromPostgres: `${quoted}::text`, text: plainText };
  if (whole.test(type) || textual.test(type)) return { field, name, type, ...asText };
  if (type === 'boolean') return { field, name, type, ...asText, fromPostgres: `${quoted}::int::text` };
  if (floating.test(type)) return { field, name, type, ...asText, fromSqlite: quoted, text: numberText };
  throw new MoveError(
    '--to',
    `has a column ${column.entityMetadata.tableName}.${name} of the type ${type}, which is not known to mean the ` +
      'same on both databases: say how in src/database/move/moved-column.ts',
  );
}
