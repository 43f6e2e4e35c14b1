import type { QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';
import {
  defaultOf,
  describeForeignKey,
  describeIndex,
  inAnyOrder,
  listed,
  nullability,
  numbering,
  typeOf,
} from './table-parts.js';

/** Something that the program needs and the database lacks, or has in another form. */
export interface SchemaDifference {
  /** In words, such as `user.email is varchar(100), not varchar(254)`. */
  readonly text: string;
  /** Adds what is missing; absent where something would have to change. */
  readonly create?: (runner: QueryRunner) => Promise<void>;
}

/**
 * Compares a table with what the program needs. What does not concern the program is left alone: another program's
 * index or column, as long as rows can be written without it.
 */
export function differencesOf(wanted: Table, found: Table | undefined): SchemaDifference[] {
  if (!found)
    return [
      {
        text: `the table ${wanted.name} is missing`,
        create: (runner) => runner.createTable(wanted, true),
      },
    ];
  return [
    ...wanted.columns.flatMap((column) => columnDifferences(column, found)),
    ...found.columns.flatMap((column) => unknownColumnDifferences(column, wanted)),
    ...primaryKeyDifferences(wanted, found),
    ...uniqueDifferences(wanted, found),
    ...wanted.indices.flatMap((index) => indexDifferences(index, found)),
    ...found.indices.flatMap((index) => strictIndexDifferences(index, wanted)),
    ...foreignKeyDifferences(wanted, found),
    ...checkDifferences(wanted, found),
  ];
}

function columnDifferences(column: TableColumn, table: Table): SchemaDifference[] {
  const name = `${table.name}.${column.name}`;
  const found = table.findColumnByName(column.name);
  if (!found) return [{ text: `the column ${name} is missing` }];
  const pairs = [
    [typeOf(found), typeOf(column)],
    [nullability(found), nullability(column)],
    [numbering(found), numbering(column)],
  ];
  const [is, should] = [defaultOf(found), defaultOf(column)];
  return [
    ...pairs.filter(([is, not]) => is !== not).map(([is, not]) => ({ text: `${name} is ${is}, not ${not}` })),
    ...(is === should ? [] : [{ text: `${name} has ${is}, not ${should}` }]),
  ];
}

/** A column that the program does not know must be nullable or have a default. */
function unknownColumnDifferences(column: TableColumn, wanted: Table): SchemaDifference[] {
  const isHarmless =
    wanted.findColumnByName(column.name) ?? (column.isNullable || column.default !== undefined);
  return isHarmless
    ? []
    : [
        {
          text: `the column ${wanted.name}.${column.name} requires a value that this program does not provide`,
        },
      ];
}

function primaryKeyDifferences(wanted: Table, found: Table): SchemaDifference[] {
  const [is, not] = [found, wanted].map(({ primaryColumns }) =>
    inAnyOrder(primaryColumns.map(({ name }) => name)),
  );
  return is === not ? [] : [{ text: `the primary key of ${wanted.name} is ${is}, not ${not}` }];
}

function uniqueDifferences(wanted: Table, found: Table): SchemaDifference[] {
  const [is, not] = [found, wanted].map(({ uniques }) =>
    uniques.map(({ columnNames }) => inAnyOrder(columnNames)),
  );
  return [
    ...missing(not, is).map((columns) => ({ text: `${wanted.name} does not keep ${columns} unique` })),
    ...missing(is, not).map((columns) => ({
      text: `${wanted.name} keeps ${columns} unique, and should not`,
    })),
  ];
}

function indexDifferences(index: TableIndex, table: Table): SchemaDifference[] {
  const found = table.indices.find(({ name }) => name === index.name);
  if (!found)
    return [
      {
        text: `the index ${index.name} on ${table.name} is missing`,
        create: (runner) => runner.createIndex(table, index),
      },
    ];
  const [is, not] = [describeIndex(found), describeIndex(index)];
  return is === not ? [] : [{ text: `the index ${index.name} on ${table.name} is ${is}, not ${not}` }];
}

/** A unique index that the program does not know may reject its rows. */
function strictIndexDifferences(index: TableIndex, wanted: Table): SchemaDifference[] {
  if (!index.isUnique || wanted.indices.some(({ name }) => name === index.name)) return [];
  return [{ text: `${wanted.name} keeps ${listed(index.columnNames)} unique, and should not` }];
}

function foreignKeyDifferences(wanted: Table, found: Table): SchemaDifference[] {
  const [is, not] = [found, wanted].map(({ foreignKeys }) => foreignKeys.map(describeForeignKey));
  return [
    ...missing(not, is).map((key) => ({ text: `${wanted.name} has no foreign key from ${key}` })),
    ...missing(is, not).map((key) => ({
      text: `${wanted.name} has a foreign key from ${key}, and should not`,
    })),
  ];
}

function checkDifferences(wanted: Table, found: Table): SchemaDifference[] {
  const [is, not] = [found, wanted].map(({ checks }) => checks.map(({ name }) => name ?? ''));
  const changed = wanted.checks.flatMap(({ name, expression }) => {
    const own = found.checks.find((check) => check.name === name);
    return own && own.expression !== expression
      ? [{ text: `the check ${name} of ${found.name} is ${own.expression}, not ${expression}` }]
      : [];
  });
  return [
    ...missing(not, is).map((name) => ({ text: `${found.name} has no check ${name}` })),
    ...missing(is, not).map((name) => ({ text: `${found.name} has a check ${name}, and should not` })),
    ...changed,
  ];
}

const missing = (wanted: readonly string[] = [], found: readonly string[] = []) =>
  wanted.filter((each) => !found.includes(each));
