import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { readSettings } from '../src/config/settings.js';
import { createDataSource } from '../src/database/data-source.js';

/** A new, empty database for a test alone. */
export interface TestDatabase {
  /** For DATABASE_URL. */
  readonly url: string;
  /** Opens another connection, as another process would. `variables` are settings, as environment variables. */
  connect(
    entities: NonNullable<DataSourceOptions['entities']>,
    variables?: Record<string, string>,
  ): Promise<DataSource>;
  /** Closes every connection and removes the database. */
  destroy(): Promise<void>;
}

/** Both databases, on which the product promises the same behavior. */
export const databaseKinds = ['sqlite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/**
 * Creates an empty database: a file, or a database on a PostgreSQL server.
 * @param server URL of that server; by default the one that the Jest setup has started
 */
export async function createDatabase(
  kind: DatabaseKind,
  server = process.env['TEST_POSTGRES_URL'],
): Promise<TestDatabase> {
  const { url, remove } = kind === 'sqlite' ? await sqliteFile() : await postgresDatabase(server);
  const open: DataSource[] = [];
  return {
    url,
    async connect(entities, variables = {}) {
      const settings = readSettings({ DATABASE_URL: url, ...variables });
      const dataSource = createDataSource(settings.database, { entities });
      open.push(dataSource);
      return dataSource.initialize();
    },
    async destroy() {
      for (const dataSource of open) if (dataSource.isInitialized) await dataSource.destroy();
      await remove();
    },
  };
}

async function sqliteFile() {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-sqlite-'));
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgresDatabase(server: string | undefined) {
  if (!server)
    throw new Error(
      'TEST_POSTGRES_URL is not set: run the tests through jest.config.js, whose setup starts PostgreSQL',
    );
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, remove: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
