import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import type { TestDatabase } from './databases.js';
import type { Schema } from '../../src/database/data-source.js';

/**
 * Writes a migration as `npm run migration:generate` does: from an empty database that has all migrations to the entities.
 * @returns nothing when they agree
 */
export async function writeMigration(
  empty: TestDatabase,
  { entities = [], migrations = [] }: Schema,
  timestamp: number,
): Promise<(new () => MigrationInterface) | undefined> {
  const migrated = await empty.connectWith({ entities: [], migrations });
  await migrated.runMigrations({ transaction: 'each' });
  await migrated.destroy();
  const dataSource: DataSource = await empty.connectWith({ entities, migrations: [] });
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  if (!upQueries.length) return undefined;
  const run = async (runner: QueryRunner, queries: readonly { query: string }[]) => {
    for (const { query } of queries) await runner.query(query.replaceAll('"public".', ''));
  };
  return class {
    readonly name = `Written${timestamp}`;
    up = (runner: QueryRunner) => run(runner, upQueries);
    down = (runner: QueryRunner) => run(runner, [...downQueries].reverse());
  };
}
