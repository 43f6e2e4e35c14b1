import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import type { SqlScope } from '../../src/ddd/repository/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import type { SqlRepositoryClasses, SqlWorkerClass } from '../../src/ddd/worker/index.js';
import { createDatabase } from './databases.js';

/** Everything that keeps the records of a table repository. */
export const recordBackends = ['memory', 'sqlite', 'postgres'] as const;
export type RecordBackend = (typeof recordBackends)[number];

/** A backend with the empty tables of these entities. */
export interface OpenBackend {
  readonly scope: SqlScope;
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): SqlTableRepository<Entity>;
  worker<Classes extends SqlRepositoryClasses, Worker>(worker: SqlWorkerClass<Classes, Worker>): Worker;
  close(): Promise<void>;
}

export async function openBackend(
  backend: RecordBackend,
  entities: (new () => object)[],
): Promise<OpenBackend> {
  if (backend === 'memory') {
    const scope = new InMemoryDatabase();
    return {
      scope,
      repository: (entity) => new Table(scope, entity),
      worker: (worker) => scope.worker(worker),
      close: async () => undefined,
    };
  }
  const database = await createDatabase(backend);
  const scope = await database.connect(entities);
  await scope.synchronize();
  return {
    scope,
    repository: (entity) => new Table(scope, entity),
    worker: (worker) => new worker(scope),
    close: () => database.destroy(),
  };
}

class Table<Entity extends ObjectLiteral> extends SqlTableRepository<Entity> {
  constructor(
    scope: SqlScope,
    protected readonly entity: EntityTarget<Entity>,
  ) {
    super(scope);
  }
}
