import type { DataSourceOptions } from 'typeorm';
import type { DataSource } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { createDatabase, databaseKinds } from './databases.js';

export const backendKinds = ['memory', ...databaseKinds] as const;
export type BackendKind = (typeof backendKinds)[number];

/** The storage of a resource: a database with its tables, or memory. */
export interface Backend {
  readonly scope: DataSource | InMemoryDatabase;
  destroy(): Promise<void>;
}

export async function createBackend(
  kind: BackendKind,
  entities: NonNullable<DataSourceOptions['entities']>,
): Promise<Backend> {
  if (kind === 'memory') return { scope: new InMemoryDatabase(), destroy: async () => undefined };
  const database = await createDatabase(kind);
  const scope = await database.connect(entities);
  await scope.synchronize();
  return { scope, destroy: database.destroy };
}
