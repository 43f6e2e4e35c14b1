/**
 * Fifty concurrent units of work, exact on each database.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { demonstrate } from '../support/demonstration.js';
import type { UnitSpans } from '../support/demonstration.js';
import { Account, Entry, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { connectShared } from '../support/shared-connection.js';
import { useDatabase } from '../support/use-database.js';

const exact = {
  resolved: 25,
  rejectedOnPurpose: 25,
  otherErrors: [],
  lost: 0,
  phantom: 0,
  balance: 25,
  dirtyReads: 0,
};

describe.each(databaseKinds)('SqlWorker.run on %s', (kind) => {
  const database = useDatabase(kind, ledgerEntities, { perTest: true });
  let dataSource: DataSource;

  beforeEach(() => {
    dataSource = database.dataSource;
  });

  it('isolates fifty concurrent units: 25 complete, 25 leave nothing, the shared row has 25', async () => {
    const worker = new LedgerWorker(dataSource);
    const outcome = await demonstrate(dataSource, (unit, work) =>
      worker.run(({ account, entry }) =>
        work({
          insertEntry: (part) => entry.create({ unit, part }),
          readBalance: async () => (await account.retrieve({ id: 1 })).balance,
          writeBalance: (balance) => account.update({ balance }, { id: 1 }),
        }),
      ),
    );
    expect(outcome).toEqual(exact);
  });
});

describe('the demonstration itself', () => {
  it('fails where all callers share one connection, so passing it means something', async () => {
    const database = await createDatabase('sqlite');
    const dataSource = await connectShared(database.url.replace('sqlite:', ''));
    try {
      await dataSource.synchronize();
      const demonstration = demonstrate(dataSource, (unit, work) =>
        dataSource.transaction((manager) => work(stepsOf(manager, unit))),
      );
      // On a shared connection it may also hang: callers wait for a transaction that never ends.
      const outcome = await Promise.race([demonstration, sleep(5_000, 'hangs', { ref: false })]);
      expect(outcome).not.toEqual(exact);
    } finally {
      await dataSource.destroy().catch(() => undefined);
      await database.destroy();
    }
  });
});

const stepsOf = (manager: EntityManager, unit: number): UnitSpans => ({
  insertEntry: (part) => manager.insert(Entry, { unit, part }),
  readBalance: async () => (await manager.findOneByOrFail(Account, { id: 1 })).balance,
  writeBalance: (balance) => manager.update(Account, { id: 1 }, { balance }),
});
