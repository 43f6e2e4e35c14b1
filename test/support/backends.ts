import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import { InMemoryDatabase } from '../../src/ddd/in-memory/in-memory-database.js';
import type { SqlScope } from '../../src/ddd/repository/sql-scope.js';
import { createDatabase } from './databases.js';

/** Everything that a table repository stands on. */
export const backendKinds = ['memory', 'sqlite', 'postgres'] as const;
export type BackendKind = (typeof backendKinds)[number];

export interface Backend {
  readonly scope: SqlScope;
  /** Undefined in memory. */
  readonly dataSource?: DataSource;
  close(): Promise<void>;
}

/** An empty backend with the tables of these entities. */
export async function openBackend(
  kind: BackendKind,
  entities: EntityTarget<ObjectLiteral>[],
): Promise<Backend> {
  if (kind === 'memory') return { scope: new InMemoryDatabase(), close: async () => undefined };
  const database = await createDatabase(kind);
  const dataSource = await database.connect(entities as never);
  await dataSource.synchronize();
  return { scope: dataSource, dataSource, close: () => database.destroy() };
}
