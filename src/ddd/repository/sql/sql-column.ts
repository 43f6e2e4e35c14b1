import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { StoredColumn } from '../column/stored-column.js';
import type { EntityColumns } from '../entity-columns.js';
import { typeName } from '../column/column-types.js';

const columns = new WeakMap<ColumnMetadata, SqlColumn>();

/** A column of a table: its type, and TypeORM's metadata. */
export class SqlColumn extends StoredColumn {
  /** Quoted. */
  readonly name: string;
  readonly typeName: string;

  private constructor(readonly metadata: ColumnMetadata) {
    const {
      entityMetadata,
      propertyPath: field,
      type,
      length,
      precision,
      scale,
      isArray,
      transformer,
    } = metadata;
    super({
      entity: entityMetadata.name,
      resource: entityMetadata.tableName,
      field,
      type,
      length,
      isArray,
      enum: metadata.enum,
      ...(precision !== undefined && { precision }),
      ...(scale !== undefined && { scale }),
      ...(transformer && { transformer }),
    });
    this.name = entityMetadata.dataSource.driver.escape(metadata.databaseName);
    this.typeName = typeName(metadata);
  }

  /** @throws TypeError for a column whose values no repository keeps exactly */
  static of(metadata: ColumnMetadata): SqlColumn {
    const column = columns.get(metadata) ?? new SqlColumn(metadata);
    columns.set(metadata, column);
    return column;
  }
}

/** @throws TypeError for a column that records cannot be ordered by */
export function orderedColumn(fields: EntityColumns, field: string): SqlColumn {
  const column = SqlColumn.of(fields.ordered(field));
  if (!column.type.compare)
    throw new TypeError(
      `${fields.metadata.name}.${field} is ${column.typeName}, which has no order: order by another field`,
    );
  return column;
}
