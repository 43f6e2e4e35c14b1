import { MigrationExecutor, Table } from 'typeorm';
import type { DataSource } from 'typeorm';

/** How the schema of a database stands to this program. */
export interface SchemaReport {
  /** Names of the migrations that have not run, in their order. */
  readonly pending: readonly string[];
  readonly differences: readonly { readonly text: string }[];
}

/** Reads the schema; changes nothing. */
export async function readSchema(dataSource: DataSource): Promise<SchemaReport> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    const pending = await new MigrationExecutor(dataSource, runner).getPendingMigrations();
    const differences: { text: string }[] = [];
    for (const metadata of dataSource.entityMetadatas) {
      const wanted = Table.create(metadata, dataSource.driver);
      const found = await runner.getTable(metadata.tablePath);
      if (!found) differences.push({ text: `the table ${wanted.name} is missing` });
      for (const { name } of found ? wanted.columns : [])
        if (!found?.findColumnByName(name))
          differences.push({ text: `the column ${wanted.name}.${name} is missing` });
    }
    return { pending: pending.map(({ name }) => name), differences };
  } finally {
    await runner.release();
  }
}
