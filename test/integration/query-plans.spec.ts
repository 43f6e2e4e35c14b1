/**
 * The queries that every request makes find their rows by an index, on each database.
 * Real: the databases, the product's schema as its migrations make it, the repository's own SQL. Fake: nothing.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { User, UserRepository } from '../../src/modules/user/index.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

const accounts = 2_000;

describe.each(databaseKinds)('the query plan on %s', (kind) => {
  const database = useDatabase(kind);
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    const people = Array.from({ length: accounts }, (_, number) => ({
      id: `id-${number}`,
      name: 'J',
      surname: 'D',
      email: `j${number}@example.com`,
      password: 'x',
      active: true,
    }));
    for (let first = 0; first < accounts; first += 500)
      await dataSource.getRepository(User).insert(people.slice(first, first + 500));
    await dataSource.query('ANALYZE');
  });

  /** The actual statements of the repository, and their plans. */
  async function planOf(ask: (users: UserRepository) => Promise<unknown>): Promise<string> {
    const sent: [string, unknown[] | undefined][] = [];
    const { logger } = dataSource;
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (sql, parameters) => void sent.push([sql, parameters as unknown[] | undefined]);
    try {
      await ask(new UserRepository(dataSource));
    } finally {
      logger.logQuery = logQuery;
    }
    expect(sent).toHaveLength(1);
    const [sql, parameters] = sent[0]!;
    const explain = kind === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    return JSON.stringify(await dataSource.query(`${explain} ${sql}`, parameters));
  }

  it('of a sign-in uses the unique index on the e-mail', async () => {
    const plan = await planOf((users) => users.find({ email: 'j1000@example.com' }));
    if (kind === 'sqlite') expect(plan).toMatch(/SEARCH .* USING INDEX sqlite_autoindex_user_2 \(email=\?\)/);
    else expect(plan).toMatch(/Index Scan using .*UQ_\w+.* on .*user[\s\S]*email/);
    expect(plan).not.toMatch(/\bSCAN\b|Seq Scan/);
  });

  it('of a search by name does not, so using it means something', async () => {
    const plan = await planOf((users) => users.list({ surname: 'stranger' }));
    expect(plan).toMatch(/\bSCAN\b|Seq Scan/);
  });
});
