import { afterAll } from '@jest/globals';
import { createDatabase } from './databases.js';
import type { DatabaseKind, TestDatabase } from './databases.js';
import { RestartablePostgres } from './postgres-server.js';

/** One for the databases of a test file. */
let server: Promise<RestartablePostgres> | undefined;
afterAll(async () => (await server)?.remove());

/** A database whose commits survive a power cut, as in production; the PostgreSQL of the test run is not durable. */
export async function createDurableDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  if (kind === 'sqlite') return createDatabase(kind);
  server ??= RestartablePostgres.start({ durable: true });
  return createDatabase(kind, (await server).url);
}
