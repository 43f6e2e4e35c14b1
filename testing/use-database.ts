import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { createDatabase } from './databases.js';
import type { DatabaseKind, TestDatabase } from './databases.js';

type Entities = NonNullable<DataSourceOptions['entities']>;

export interface UseDatabaseOptions {
  /** A fresh database for each test, for races and couriers; by default the tests of the block share one. */
  readonly perTest?: boolean;
  /** Settings of its data source, as environment variables. */
  readonly variables?: Record<string, string>;
}

/** The database of the running test. It is available in hooks and tests, not before. */
export class UsedDatabase<Database extends TestDatabase = TestDatabase> implements TestDatabase {
  #current: Database | undefined;
  #dataSource: DataSource | undefined;

  get url(): string {
    return this.current.url;
  }

  /** Connected, with the tables of the entities. */
  get dataSource(): DataSource {
    if (!this.#dataSource) throw new Error('useDatabase connects only when it is given entities');
    return this.#dataSource;
  }

  connect(...args: Parameters<TestDatabase['connect']>): Promise<DataSource> {
    return this.current.connect(...args);
  }

  /** Replaces the previous database, which is removed. */
  async begin(database: Database, entities: Entities, variables?: Record<string, string>): Promise<void> {
    await this.destroy();
    this.#current = database;
    if (!Object.keys(entities).length) return;
    this.#dataSource = await database.connect(entities, variables);
    await this.#dataSource.synchronize();
  }

  async destroy(): Promise<void> {
    const database = this.#current;
    this.#current = undefined;
    this.#dataSource = undefined;
    await database?.destroy();
  }

  protected get current(): Database {
    if (!this.#current)
      throw new Error('The database is available in hooks and tests only, not while they are declared');
    return this.#current;
  }
}

const used: Pick<TestDatabase, 'destroy'>[] = [];
// At the root of the file: Jest runs the hooks of a block in order, so a hook in the block would remove the database
// before the tests have closed what uses it.
afterAll(async () => {
  for (const database of used) await database.destroy();
});

/**
 * Gives the tests of a block a database with the empty tables of these entities, or with no table at all. It is removed
 * when the next one is created, and after the last test of the file.
 *
 *     const database = useDatabase('postgres', [Product]);
 *     it('…', () => rolledBack(database.dataSource, async () => { … }));
 */
export function useDatabase(
  kind: DatabaseKind,
  entities: Entities = [],
  options: UseDatabaseOptions = {},
): UsedDatabase {
  return keep(new UsedDatabase(), () => createDatabase(kind), entities, options);
}

/** The same for databases that are created in another way. */
export function keep<Database extends TestDatabase, Used extends UsedDatabase<Database>>(
  database: Used,
  create: () => Promise<Database>,
  entities: Entities,
  { perTest = false, variables }: UseDatabaseOptions,
): Used {
  used.push(database);
  const begin = async () => database.begin(await create(), entities, variables);
  if (perTest) beforeEach(begin);
  else beforeAll(begin);
  return database;
}
