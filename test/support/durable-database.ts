import { createDatabase } from './databases.js';
import type { DatabaseKind, TestDatabase } from './databases.js';
import { RestartablePostgres } from './postgres-server.js';

/** A database whose commits survive a power cut, as in production; the PostgreSQL of the test run is not durable. */
export async function createDurableDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  if (kind === 'sqlite') return createDatabase(kind);
  const server = await RestartablePostgres.start({ durable: true });
  const database = await createDatabase(kind, server.url);
  return {
    ...database,
    async destroy() {
      await database.destroy();
      await server.remove();
    },
  };
}
