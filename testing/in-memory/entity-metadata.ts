import { DataSource, EntityMetadata, getMetadataArgsStorage } from 'typeorm';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { MetadataArgsStorage } from 'typeorm/metadata-args/MetadataArgsStorage.js';
import { EntityMetadataBuilder } from 'typeorm/metadata-builder/EntityMetadataBuilder.js';

type EntityClass = (abstract new () => unknown) & (() => void);

const built = new WeakMap<EntityClass, EntityMetadata>();

/** TypeORM's metadata of an entity, without a database. @throws TypeError for anything but an entity class */
export function metadataOf(entity: EntityTarget<ObjectLiteral>): EntityMetadata {
  if (typeof entity !== 'function')
    throw new TypeError('Only an entity class can be kept in memory: give the repository the class itself');
  const target = entity as EntityClass;
  const metadata = built.get(target) ?? build(target);
  built.set(target, metadata);
  return metadata;
}

/** TypeORM needs a driver for the names of types; this one never connects. */
function build(entity: EntityClass): EntityMetadata {
  const declared = getMetadataArgsStorage();
  if (!declared.filterTables(entity).length)
    throw new TypeError(`${entity.name} is not an entity: decorate it with @Entity`);
  const dataSource = new DataSource({
    type: 'better-sqlite3',
    database: ':memory:',
    driver: class NeverOpened {},
  });
  const metadatas = new EntityMetadataBuilder(dataSource, withoutForeignKeys(declared)).build([
    ...relatives(entity),
  ]);
  Object.assign(dataSource, { entityMetadatas: metadatas });
  return metadatas.find(({ target }) => target === entity) as EntityMetadata;
}

/** Foreign keys are not kept in memory, and may name a table of another module. */
function withoutForeignKeys(declared: MetadataArgsStorage): MetadataArgsStorage {
  const copy = Object.create(declared) as MetadataArgsStorage;
  return Object.assign(copy, { foreignKeys: [] });
}

/** The entity, and transitively the classes that it refers to and inherits from. */
function relatives(entity: EntityClass, found = new Set<EntityClass>()): Set<EntityClass> {
  if (found.has(entity)) return found;
  found.add(entity);
  const declared = getMetadataArgsStorage();
  for (const ancestor of lineOf(entity)) {
    if (declared.filterTables(ancestor).length) relatives(ancestor, found);
    for (const { type } of declared.filterRelations(ancestor)) {
      const other = referred(type);
      if (other) relatives(other, found);
    }
  }
  return found;
}

function referred(type: unknown): EntityClass | undefined {
  if (typeof type === 'string')
    return getMetadataArgsStorage().tables.find(
      ({ target, name }) => name === type || (typeof target === 'function' && target.name === type),
    )?.target as EntityClass | undefined;
  return (type as () => EntityClass)();
}

function lineOf(entity: EntityClass): EntityClass[] {
  const line: EntityClass[] = [];
  for (
    let link: unknown = entity;
    typeof link === 'function' && link.name;
    link = Object.getPrototypeOf(link)
  )
    line.push(link as EntityClass);
  return line;
}
