import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/**
 * Inserts a record with made-up values, and first what it refers to.
 * @param table of an entity with an id
 * @returns its id
 */
export async function insertSample(dataSource: DataSource, table: string): Promise<string> {
  const metadata = dataSource.entityMetadatas.find(({ tableName }) => tableName === table);
  if (!metadata) throw new Error(`There is no table ${table}`);
  const record: Record<string, unknown> = { id: randomUUID() };
  for (const column of metadata.columns) {
    if (column.propertyName === 'id' || column.isNullable || column.default !== undefined) continue;
    const reference = metadata.foreignKeys.find(({ columns }) => columns.includes(column));
    record[column.propertyName] = reference
      ? await insertSample(dataSource, reference.referencedEntityMetadata.tableName)
      : sampleOf(column);
  }
  await dataSource.manager.insert(metadata.target, record);
  return String(record['id']);
}

function sampleOf(column: ColumnMetadata): unknown {
  const type = typeof column.type === 'function' ? column.type.name.toLowerCase() : column.type;
  switch (type) {
    case 'boolean':
      return true;
    case 'simple-enum':
    case 'enum':
      return column.enum?.[0];
    case 'date':
      return '2026-01-31';
    case 'timestamptz':
    case 'timestamp':
    case 'datetime':
      return new Date();
    case 'json':
    case 'jsonb':
    case 'simple-json':
      return {};
    case 'integer':
    case 'int':
    case 'bigint':
    case 'float':
    case 'decimal':
    case 'number':
      return 0;
    default:
      return randomUUID().slice(0, Number(column.length) || undefined);
  }
}
