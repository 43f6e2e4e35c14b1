/**
 * What a unit of work promises, on each database and in memory.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { expect, it } from '@jest/globals';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind } from '../support/databases.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { workerContract } from '../support/worker-contract.js';
import type { WorkerHarness } from '../support/worker-contract.js';

async function onDatabase(kind: DatabaseKind): Promise<WorkerHarness> {
  const database = await createDatabase(kind);
  const dataSource = await database.connect(ledgerEntities);
  await dataSource.synchronize();
  return {
    worker: (worker) => new worker(dataSource),
    scope: dataSource,
    foreign: async () => new LedgerWorker(await database.connect(ledgerEntities)),
    close: () => database.destroy(),
  };
}

async function inMemory(): Promise<WorkerHarness> {
  const database = new InMemoryDatabase();
  return {
    worker: (worker) => database.worker(worker),
    scope: database,
    foreign: async () => new InMemoryDatabase().worker(LedgerWorker),
    close: async () => undefined,
  };
}

for (const kind of databaseKinds) workerContract(kind, () => onDatabase(kind));
workerContract('memory', inMemory);

it.each(databaseKinds)('an error of a repository on %s keeps its cause', async (kind) => {
  const { scope, close } = await onDatabase(kind);
  const accounts = new AccountRepository(scope);
  await accounts.create({ id: 1, balance: 0 });

  await expect(accounts.create({ id: 1, balance: 0 })).rejects.toHaveProperty('cause.code');
  await close();
});

it('a repository in memory that runs its own SQL is refused with the remedy', async () => {
  class RawAccounts extends AccountRepository {
    async raw(): Promise<unknown> {
      return this.scope.manager.query('SELECT 1');
    }
  }
  class RawWorker extends LedgerWorker.with({ account: RawAccounts }) {}
  class CountedAccounts extends RawAccounts {
    override async raw(): Promise<unknown> {
      return this.count();
    }
  }
  const database = new InMemoryDatabase();

  await expect(database.worker(RawWorker).run(({ account }) => account.raw())).rejects.toThrow(
    /substitute for it to database.worker/,
  );
  const substituted = database.worker(RawWorker, { account: CountedAccounts });
  expect(await substituted.run(({ account }) => account.raw())).toBe(0);
});
