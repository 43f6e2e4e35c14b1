import type { DataSource } from 'typeorm';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import { HashLimiter } from '../../src/modules/user/index.js';
import type { DatabaseKind, TestDatabase } from './databases.js';
import type { TestApp } from './test-app.js';

/** Releases what was held. */
export type LetGo = () => Promise<void>;

/** Fills the hash queue of an app with PASSWORD_CONCURRENCY=1 and PASSWORD_QUEUE_LIMIT=1. */
export function saturateHashing(app: TestApp): LetGo {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const held = [1, 2].map(() => app.get(HashLimiter).run(() => finished));
  return async () => {
    finish();
    await Promise.all(held);
  };
}

/**
 * Makes writes impossible: on SQLite another process holds the lock; on PostgreSQL every connection of the pool is
 * taken.
 */
export async function saturateDatabase(
  kind: DatabaseKind,
  database: TestDatabase,
  dataSource: DataSource,
): Promise<LetGo> {
  if (kind === 'sqlite') {
    const other = await SqliteConnection.open(database.url.replace('sqlite:', ''), 'read-write');
    await other.write('BEGIN IMMEDIATE');
    return () => other.close();
  }
  const size = dataSource.options.poolSize ?? 0;
  const runners = Array.from({ length: size }, () => dataSource.createQueryRunner());
  for (const runner of runners) await runner.connect();
  return async () => {
    for (const runner of runners) await runner.release();
  };
}
