import { randomUUID } from 'node:crypto';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { assertSupported } from './entity-support.js';

const known = new WeakMap<EntityMetadata, EntityColumns>();

/** What a repository reads and writes of an entity: the same on each backend. */
export class EntityColumns<Entity extends ObjectLiteral = ObjectLiteral> {
  /** The columns that a record is read from, without those with `select: false`. */
  readonly read: readonly ColumnMetadata[];
  readonly inserted: readonly ColumnMetadata[];
  readonly #byPath: ReadonlyMap<string, ColumnMetadata>;

  private constructor(readonly metadata: EntityMetadata) {
    assertSupported(metadata);
    this.read = metadata.columns.filter(({ isSelect }) => isSelect);
    this.inserted = metadata.columns.filter(({ isInsert }) => isInsert);
    this.#byPath = new Map(metadata.columns.map((column) => [column.propertyPath, column]));
  }

  /** @throws TypeError for an entity with something that a repository does not support */
  static of<Entity extends ObjectLiteral>(metadata: EntityMetadata): EntityColumns<Entity> {
    const columns = known.get(metadata) ?? new EntityColumns(metadata);
    known.set(metadata, columns);
    return columns;
  }

  get key(): readonly string[] {
    return this.metadata.primaryColumns.map(({ propertyPath }) => propertyPath);
  }

  /** @throws TypeError when the entity has no such column */
  column(field: string): ColumnMetadata {
    const column = this.#byPath.get(field);
    if (!column)
      throw new TypeError(
        `${this.metadata.name} has no column ${field}: use ${[...this.#byPath.keys()].join(', ')}`,
      );
    return column;
  }

  /**
   * @throws TypeError for a column that is not read: ordering by it would reveal what it hides, and no cursor can hold
   *   it
   */
  ordered(field: string): ColumnMetadata {
    const column = this.column(field);
    if (!column.isSelect)
      throw new TypeError(
        `${this.metadata.name}.${field} is not read (select: false), so records have no order by it: order by another field`,
      );
    return column;
  }

  /** The value for a column of a new record; undefined leaves it to the database. */
  initialValue(column: ColumnMetadata, record: Entity): unknown {
    if (column.isVersion) return 1;
    const value = ownValue(column, record);
    const isMissingId = value === undefined && column.isGenerated && column.generationStrategy === 'uuid';
    return isMissingId && !this.metadata.dataSource.driver.isUUIDGenerationSupported() ? randomUUID() : value;
  }

  /**
   * The columns that changes give a new value to.
   * @throws TypeError for an unknown field, or when none of them can be updated
   */
  changed(changes: Partial<Entity>): (readonly [ColumnMetadata, unknown])[] {
    this.assertFields(changes);
    const changed = this.metadata.columns.flatMap((column) => {
      const value = column.isUpdate ? ownValue(column, changes) : undefined;
      return value === undefined ? [] : [[column, value] as const];
    });
    if (!changed.length) throw new TypeError(`${this.metadata.name}: none of these fields can be updated`);
    return changed;
  }

  /** @throws TypeError for a field whose value would be lost: the entity has no such field, or it is a relation */
  assertFields(values: object, path = ''): void {
    for (const [name, value] of Object.entries(values) as [string, unknown][]) {
      const field = path + name;
      if (value === undefined || this.#byPath.has(field)) continue;
      this.#assertNoRelation(field);
      if (!this.metadata.allEmbeddeds.some(({ propertyPath }) => propertyPath === field)) this.column(field);
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new TypeError(`${this.metadata.name}.${field} consists of columns: give an object with them`);
      this.assertFields(value, `${field}.`);
    }
  }

  #assertNoRelation(field: string): void {
    const relation = this.metadata.relations.find(({ propertyPath }) => propertyPath === field);
    if (!relation) return;
    const keys = relation.isWithJoinColumn ? relation.joinColumns : [];
    throw new TypeError(
      `${this.metadata.name}.${field} is a relation, which a repository does not write: ` +
        (keys.length
          ? `give ${keys.map(({ propertyPath }) => propertyPath).join(', ')} in its place`
          : 'write its records with a repository of their own, in the same unit of work'),
    );
  }
}

/** The record's own value for a column, also for one that is the key of a relation. */
function ownValue(column: ColumnMetadata, record: ObjectLiteral): unknown {
  const path = column.propertyPath.split('.');
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as ObjectLiteral)[name] : undefined,
    record,
  );
}
