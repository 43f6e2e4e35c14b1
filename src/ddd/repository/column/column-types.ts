import type { ColumnType } from './column-type.js';
import { bytesType, jsonType, listType } from './document-types.js';
import { instantType } from './instant-type.js';
import { bigintType, booleanType, decimalType, floatType, integerType } from './number-types.js';
import { dateType, enumType, paddedTextType, textType, timeType, uuidType } from './text-types.js';

/** What a decorator declares about a column, read from TypeORM's metadata with or without a database. */
export interface ColumnDeclaration {
  readonly type: unknown;
  readonly length?: string | number;
  readonly precision?: number | null;
  readonly scale?: number;
  readonly isArray?: boolean;
  readonly enum?: unknown;
}

type Build = (declaration: ColumnDeclaration) => ColumnType;

const int16 = () => integerType(16);
const int32 = () => integerType(32);
const limited: Build = ({ length }) => textType(length ? Number(length) : undefined);
const unlimited = () => textType();
const padded: Build = ({ length }) => paddedTextType(length ? Number(length) : 1);
const decimal: Build = ({ precision, scale }) => decimalType(precision ?? undefined, scale);
const instant: Build = ({ precision }) => instantType(precision ?? undefined);
const oneOf: Build = (declaration) => {
  const members = membersOf(declaration.enum);
  return members.length ? enumType(members) : textType();
};

/** The TypeORM column types that a repository keeps exactly, on every backend that has them. */
const builds: Readonly<Record<string, Build>> = {
  Boolean: () => booleanType,
  boolean: () => booleanType,
  bool: () => booleanType,
  smallint: int16,
  int2: int16,
  Number: int32,
  integer: int32,
  int: int32,
  int4: int32,
  bigint: () => bigintType,
  int8: () => bigintType,
  decimal,
  numeric: decimal,
  float: () => floatType(64),
  float8: () => floatType(64),
  double: () => floatType(64),
  'double precision': () => floatType(64),
  real: () => floatType(32),
  float4: () => floatType(32),
  String: limited,
  varchar: limited,
  'character varying': limited,
  'varying character': limited,
  nvarchar: limited,
  text: unlimited,
  clob: unlimited,
  char: padded,
  character: padded,
  uuid: () => uuidType,
  enum: oneOf,
  'simple-enum': oneOf,
  date: () => dateType,
  time: ({ precision }) => timeType(precision ?? undefined),
  'time without time zone': ({ precision }) => timeType(precision ?? undefined),
  Date: instant,
  datetime: instant,
  timestamp: instant,
  'timestamp without time zone': instant,
  timestamptz: instant,
  'timestamp with time zone': instant,
  json: () => jsonType,
  jsonb: () => jsonType,
  'simple-json': () => jsonType,
  'simple-array': () => listType,
  bytea: () => bytesType,
  blob: () => bytesType,
};

/** @returns undefined for a type that is not kept exactly */
export function columnTypeOf(declaration: ColumnDeclaration): ColumnType | undefined {
  const name = typeName(declaration);
  return Object.hasOwn(builds, name) ? builds[name]?.(declaration) : undefined;
}

/** The type as declared, or as implied by a decorator. */
export const typeName = ({ type, isArray }: ColumnDeclaration): string =>
  `${typeof type === 'function' ? type.name : String(type)}${isArray ? '[]' : ''}`;

/**
 * The values of an enum, given as a list or as TypeScript compiles it: a numeric enum also maps its numbers to their
 * names.
 */
function membersOf(declared: unknown): readonly unknown[] {
  if (Array.isArray(declared)) return declared;
  const members = Object.entries(declared ?? {}) as [string, unknown][];
  return members.filter(([name]) => Number.isNaN(Number(name))).map(([, value]) => value);
}
