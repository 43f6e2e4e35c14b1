import { randomUUID } from 'node:crypto';
import { getMetadataArgsStorage } from 'typeorm';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadataArgs } from 'typeorm/metadata-args/ColumnMetadataArgs.js';

type EntityClass<Entity> = abstract new () => Entity;

export interface Column {
  readonly field: string;
  /** Name in the database. */
  readonly name: string;
  readonly isNullable: boolean;
  /** What the database would fill in. @param number counts the rows that the table has ever had, from 1 */
  readonly fill: (number: number) => unknown;
}

/**
 * What an entity's decorators say of its table, read without a database: names, key, uniqueness, empty fields, defaults.
 * Foreign keys, checks, lengths and defaults that are SQL are not known here.
 */
export class EntityShape<Entity extends ObjectLiteral> {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** Fields that are unique together, the key first. */
  readonly uniques: readonly (readonly Column[])[];

  private constructor(private readonly entity: EntityClass<Entity>) {
    const declared = getMetadataArgsStorage();
    const [table] = declared.filterTables(entity);
    if (!table) throw new TypeError(`${entity.name} is no entity: decorate it with @Entity`);
    const columns = declared.filterColumns(lineOf(entity));
    this.table = table.name ?? entity.name;
    this.columns = columns.map((column) =>
      describe(column, declared.findGenerated(column.target, column.propertyName)?.strategy),
    );
    this.key = columns.filter(({ options }) => options.primary).map(({ propertyName }) => propertyName);
    this.uniques = [
      this.key,
      ...columns.filter(({ options }) => options.unique).map(({ propertyName }) => [propertyName]),
      ...declared.filterUniques(lineOf(entity)).map(({ columns: fields }) => namesIn(fields)),
      ...declared
        .filterIndices(lineOf(entity))
        .filter(({ unique }) => unique)
        .map(({ columns: fields }) => namesIn(fields)),
    ].map((fields) => fields.map((field) => this.column(field)));
  }

  static of<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): EntityShape<Entity> {
    if (typeof entity !== 'function')
      throw new TypeError('Only an entity class can be kept in memory: give the repository the class itself');
    return new EntityShape(entity as EntityClass<Entity>);
  }

  /** @throws TypeError when the entity has no such column */
  column(field: string): Column {
    const column = this.columns.find((known) => known.field === field);
    if (!column)
      throw new TypeError(
        `${this.entity.name} has no column ${field}: use ${this.columns.map((known) => known.field).join(', ')}`,
      );
    return column;
  }

  /** An instance of the entity, which shares nothing with the values. */
  instance(values: object): Entity {
    return Object.assign(Object.create(this.entity.prototype as object), structuredClone(values)) as Entity;
  }
}

function describe(
  { propertyName, mode, options }: ColumnMetadataArgs,
  generated: string | undefined,
): Column {
  return {
    field: propertyName,
    name: options.name ?? propertyName,
    isNullable: options.nullable ?? false,
    fill: (number) => {
      if (generated === 'increment') return number;
      if (generated === 'uuid') return randomUUID();
      if (mode === 'createDate' || mode === 'updateDate') return new Date();
      return typeof options.default === 'function' ? null : ((options.default as unknown) ?? null);
    },
  };
}

/** An entity and the classes that it inherits columns from. */
function lineOf(entity: unknown): (EntityClass<unknown> & (() => void))[] {
  const line = [];
  for (let link = entity; typeof link === 'function' && link.name; link = Object.getPrototypeOf(link))
    line.push(link);
  return line as (EntityClass<unknown> & (() => void))[];
}

const namesIn = (columns: unknown): string[] => (Array.isArray(columns) ? columns.map(String) : []);
