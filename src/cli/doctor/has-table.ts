import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/** Whether the database has the table of an entity: before the first start it has none. */
export async function hasTable(
  dataSource: DataSource,
  entity: EntityTarget<ObjectLiteral>,
): Promise<boolean> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    return await runner.hasTable(dataSource.getMetadata(entity).tablePath);
  } finally {
    await runner.release();
  }
}
