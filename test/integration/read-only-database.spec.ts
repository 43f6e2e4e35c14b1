/**
 * A database that can be read but not written to: the errors of repositories and units of work.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { ReadOnlyDatabaseError, UnavailableError } from '../../src/ddd/repository/index.js';
import { ReadOnlyUnitError } from '../../src/ddd/worker/index.js';
import { DatabaseRole } from '../support/database-role.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind } from '../support/databases.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { useDatabase } from '../support/use-database.js';

/** Makes the database refuse writes from now on. */
const makeReadOnly: Record<DatabaseKind, (dataSource: DataSource) => Promise<unknown>> = {
  sqlite: async (dataSource) => {
    const runner = dataSource.createQueryRunner();
    await runner.query('PRAGMA query_only = ON');
    await runner.release();
  },
  postgres: async (dataSource) => {
    const [{ name }] = await dataSource.query<[{ name: string }]>('SELECT current_database() AS name');
    await dataSource.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    // The setting applies to new connections.
    await dataSource
      .query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      .catch(() => undefined);
    await dataSource.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
  },
};

describe.each(databaseKinds)('a read-only %s database', (kind) => {
  const database = useDatabase(kind, ledgerEntities, { perTest: true });
  let dataSource: DataSource;
  let accounts: AccountRepository;
  let worker: LedgerWorker;

  beforeEach(async () => {
    dataSource = database.dataSource;
    accounts = new AccountRepository(dataSource);
    worker = new LedgerWorker(dataSource);
    await accounts.create({ id: 1, balance: 5 });
    await makeReadOnly[kind](dataSource);
  });

  it('makes every write unavailable, inside and outside a unit, with the reason that it is read-only', async () => {
    const writes = [
      () => accounts.create({ id: 2, balance: 0 }),
      () => accounts.update({ balance: 6 }, { id: 1 }),
      () => accounts.delete({ id: 1 }),
      () => worker.run(({ account }) => account.create({ id: 2, balance: 0 })),
    ];
    for (const write of writes) {
      const error = await write().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ReadOnlyDatabaseError);
      expect(error).toMatchObject({
        code: 'repository.unavailable',
        message: 'The database is unavailable for now: it is read-only',
      });
    }
  });

  it('still serves reads, inside and outside a unit', async () => {
    expect(await accounts.retrieve({ id: 1 })).toMatchObject({ balance: 5 });
    expect(await worker.run(({ account }) => account.count(), { readOnly: true })).toBe(1);
  });

  it('still reports a write in a read-only unit as a bug of the program', async () => {
    const write = worker.run(({ account }) => account.create({ id: 2, balance: 0 }), { readOnly: true });
    await expect(write).rejects.toThrow(ReadOnlyUnitError);
  });
});

describe('a PostgreSQL whose user may only read', () => {
  const database = useDatabase('postgres', ledgerEntities);

  it('makes every write unavailable, with the reason that a right is missing, and still serves reads', async () => {
    const role = await DatabaseRole.create(database.url);
    await role.grant('SELECT');
    const dataSource = await database.connectWith({ entities: ledgerEntities }, role.urlOf(database.url));
    try {
      const accounts = new AccountRepository(dataSource);
      const worker = new LedgerWorker(dataSource);
      for (const write of [
        () => accounts.create({ id: 1, balance: 5 }),
        () => accounts.update({ balance: 6 }, { id: 1 }),
        () => worker.run(({ account }) => account.delete({ id: 1 })),
      ]) {
        const error = await write().catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(UnavailableError);
        expect(error).toMatchObject({ message: expect.stringMatching(/its user lacks a right/) });
      }
      expect(await worker.run(({ account }) => account.count())).toBe(0);
    } finally {
      await dataSource.destroy();
      await role.drop();
    }
  });
});

describe('a PostgreSQL whose password has changed', () => {
  it('is unavailable, with the reason that it refuses the login', async () => {
    const database = await createDatabase('postgres');
    const server = new pg.Client({ connectionString: database.url });
    await server.connect();
    const user = `reader_${process.pid}_${Date.now()}`;
    await server.query(`CREATE ROLE ${user} LOGIN PASSWORD 'before'`);
    const url = new URL(database.url);
    Object.assign(url, { username: user, password: 'before' });
    const dataSource = await database.connect([], { DATABASE_URL: url.href });
    try {
      await server.query(`ALTER ROLE ${user} PASSWORD 'after'`);
      await dataSource.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);

      const error = await dataSource.query('SELECT 1').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({
        message: expect.stringMatching(/refuses the user, password or database/),
      });
    } finally {
      await dataSource.destroy();
      await server.query(`DROP ROLE ${user}`);
      await server.end();
      await database.destroy();
    }
  });
});
