import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { MoveError } from './move.errors.js';

/** What a driver returns for an expression below. */
export type Value = string | number | null;

/** How the values of one column are read on either side, so that equal values become equal texts. */
export interface MovedColumn {
  /** The field of the entity. */
  readonly field: string;
  readonly name: string;
  /** The type that the target casts the text to. */
  readonly type: string;
  readonly isNullable: boolean;
  /** In characters, for a text of limited length. */
  readonly maxLength: number | undefined;
  /** The SQLite expression that reads it. */
  readonly fromSqlite: string;
  /** The PostgreSQL expression that reads it. */
  readonly fromPostgres: string;
  text(value: Value): string | null;
}

const plainText = (value: Value) => (value === null ? null : String(value));
/**
 * The two databases write a floating-point number differently, and JavaScript reads both exactly. A value that is no
 * number, which SQLite accepts in any column, stays as it is: PostgreSQL could store its NaN.
 */
const numberText = (value: Value) => {
  if (value === null) return null;
  return Number.isNaN(Number(value)) ? String(value) : String(Number(value));
};

/** SQLite may hold a moment without its fraction or with its zone, as `datetime()` and other programs write it. */
const momentText = (value: Value) => {
  if (value === null) return null;
  const text = String(value).replace(' ', 'T');
  const moment = new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(moment.getTime()) ? String(value) : moment.toISOString();
};
/** PostgreSQL orders the keys of an object as it likes. */
const jsonText = (value: Value) => {
  if (value === null) return null;
  try {
    return JSON.stringify(JSON.parse(String(value)), sortedKeys);
  } catch {
    return String(value);
  }
};
const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const integerType = /^(smallint|integer|bigint)$/;
const textual = /^(character varying|character|text|uuid)$/;
const number = /^(real|double precision|numeric)$/;
const moment = /^timestamp with(?:out)? time zone$/;
const isoMoment = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** @throws MoveError for a type with different meanings on the two databases */
export function movedColumn(column: ColumnMetadata, target: DataSource): MovedColumn {
  const type = target.driver.normalizeType(column);
  const field = column.propertyName;
  const name = column.databaseName;
  const quoted = `"${name}"`;
  const maxLength = textual.test(type) && column.length ? Number(column.length) : undefined;
  const shape = { field, name, type, isNullable: column.isNullable, maxLength };
  // As text, because a big integer read as a JavaScript number may lose its last digits.
  const asText = { fromSqlite: `CAST(${quoted} AS TEXT)`, fromPostgres: `${quoted}::text`, text: plainText };
  if (integerType.test(type) || textual.test(type)) return { ...shape, ...asText };
  if (type === 'boolean') return { ...shape, ...asText, fromPostgres: `${quoted}::int::text` };
  if (number.test(type)) return { ...shape, ...asText, fromSqlite: quoted, text: numberText };
  if (type === 'date') return { ...shape, ...asText, fromPostgres: `to_char(${quoted}, 'YYYY-MM-DD')` };
  if (moment.test(type)) {
    const inUtc = type.endsWith('without time zone') ? quoted : `${quoted} AT TIME ZONE 'UTC'`;
    return { ...shape, ...asText, fromPostgres: `to_char(${inUtc}, ${isoMoment})`, text: momentText };
  }
  if (type === 'json' || type === 'jsonb') return { ...shape, ...asText, text: jsonText };
  if (type === 'enum' || type === 'simple-enum') return { ...shape, ...asText, type: enumTypeOf(column) };
  throw new MoveError(
    '--to',
    `has a column ${column.entityMetadata.tableName}.${name} of the type ${type}, which is not known to mean the ` +
      'same on both databases: say how in src/database/move/moved-column.ts',
  );
}

/** The name that TypeORM gives to the type of an enum. */
const enumTypeOf = ({ enumName, entityMetadata, databaseName }: ColumnMetadata) =>
  `"${enumName ?? `${entityMetadata.tableName}_${databaseName.toLowerCase()}_enum`}"`;
