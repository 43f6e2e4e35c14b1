/**
 * Concurrent units of work: which isolation they get, and which are retried.
 * Real: the databases, the drivers, the workers, the accounts' repository. Fake: nothing.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { AlreadyExistsError, UnavailableError } from '../../src/ddd/repository/index.js';
import { User, UserRepository } from '../../src/modules/user/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds } from '../support/databases.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { useDatabase } from '../support/use-database.js';

/** Of the accounts alone. */
class RegisterWorker extends SqlWorker.with({ user: UserRepository }) {}

const together = 20;

/** A barrier: callers continue once so many have arrived. */
function meeting(expected: number): () => Promise<void> {
  let come = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (++come === expected) open();
    return opened;
  };
}

describe.each(databaseKinds)('units of work on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let sources: DataSource[];

  /** Two data sources, as two processes have them. */
  beforeEach(async () => {
    const entities = [User];
    sources = [await database.connect(entities), await database.connect(entities)];
    await sources[0]?.synchronize();
  });

  it('lose no activation or deactivation of an account, whichever process they run in', async () => {
    const workers = sources.map((dataSource) => new RegisterWorker(dataSource));
    const id = randomUUID();
    await workers[0]?.run(({ user }) =>
      user.create({ id, name: 'J', surname: 'D', email: 'j@example.com', password: 'x', active: false }),
    );
    /** Toggles the account, and returns what it did; retries later when it must. */
    const alternate = async (worker: RegisterWorker): Promise<number> => {
      try {
        return await worker.run(async ({ user }) => {
          const { active } = await user.retrieve({ id });
          await (active ? user.deactivate(id) : user.activate(id));
          return active ? -1 : 1;
        });
      } catch (error) {
        if (error instanceof UnavailableError) return alternate(worker);
        throw error;
      }
    };
    const turns: Promise<number>[] = [];
    for (let turn = 0; turn < together; turn++) turns.push(...workers.map(alternate));
    const steps = await Promise.all(turns);
    const { active } = (await workers[0]?.run(({ user }) => user.retrieve({ id }))) ?? {};
    // One after another, they alternate: a lost activation would show here.
    expect(steps.reduce((sum, step) => sum + step)).toBe(Number(active));
    expect(steps.filter((step) => step === 1)).toHaveLength(together);
  });
});

describe('units of work on PostgreSQL', () => {
  const database = useDatabase('postgres', ledgerEntities, { perTest: true });
  let dataSource: DataSource;
  let worker: LedgerWorker;
  const accounts = () => new AccountRepository(dataSource);
  const balances = async () =>
    (await accounts().list({}, { order: { id: 'asc' } })).map(({ balance }) => balance);

  beforeEach(async () => {
    dataSource = database.dataSource;
    worker = new LedgerWorker(dataSource);
    for (const id of [1, 2]) await accounts().create({ id, balance: 0 });
  });

  /** Two units read a balance concurrently, and each writes it back incremented. */
  async function raiseTwice(options: Parameters<LedgerWorker['run']>[1]) {
    const bothHaveRead = meeting(2);
    const raise = () => {
      let attempts = 0;
      return worker.run(async ({ account }) => {
        const { balance } = await account.retrieve({ id: 1 });
        if (++attempts === 1) await bothHaveRead();
        await account.update({ balance: balance + 1 }, { id: 1 });
      }, options);
    };
    await Promise.all([raise(), raise()]);
  }

  it('lose an update at READ COMMITTED, so losing none means something', async () => {
    await raiseTwice({ isolation: 'READ COMMITTED' });
    expect(await balances()).toEqual([1, 0]);
  });

  it('lose none by default: one is retried', async () => {
    await raiseTwice({});
    expect(await balances()).toEqual([2, 0]);
  });

  it('keep an invariant over two rows of which each unit reads both and writes one', async () => {
    const bothHaveRead = meeting(2);
    const takeUnlessTaken = (id: number) => {
      let attempts = 0;
      return worker.run(async ({ account }) => {
        const taken = (await account.list()).filter(({ balance }) => balance > 0).length;
        if (++attempts === 1) await bothHaveRead();
        if (taken === 0) await account.update({ balance: 1 }, { id });
      });
    };
    await Promise.all([takeUnlessTaken(1), takeUnlessTaken(2)]);
    expect((await balances()).toSorted()).toEqual([0, 1]);
  });

  it('in a deadlock both succeed: the database ends one, which is retried', async () => {
    const bothHaveWritten = meeting(2);
    let attempts = 0;
    const raise = (first: number, second: number) => {
      let own = 0;
      return worker.run(
        async ({ account }) => {
          attempts++;
          await account.update({ balance: first }, { id: first });
          if (++own === 1) await bothHaveWritten();
          await account.update({ balance: first }, { id: second });
        },
        { isolation: 'READ COMMITTED' },
      );
    };
    await Promise.all([raise(1, 2), raise(2, 1)]);
    expect(attempts).toBe(3);
    expect([
      [1, 1],
      [2, 2],
    ]).toContainEqual(await balances());
  });

  it('are retried at most five times, then fail as unavailable; callbacks after the commit are never called', async () => {
    const rival = new AccountRepository(await database.connect(ledgerEntities));
    let attempts = 0;
    let called = 0;
    const run = worker.run(async ({ account }, unit) => {
      unit.afterCommit(() => called++);
      attempts++;
      const { balance } = await account.retrieve({ id: 1 });
      await rival.update({ balance: balance + 10 }, { id: 1 });
      await account.update({ balance: balance + 1 }, { id: 1 });
    });
    await expect(run).rejects.toThrow(UnavailableError);
    expect(attempts).toBe(6);
    expect(called).toBe(0);
    expect(await balances()).toEqual([60, 0]);
  });

  it('that were retried call back once after their commit', async () => {
    const rival = new AccountRepository(await database.connect(ledgerEntities));
    let attempts = 0;
    let called = 0;
    await worker.run(async ({ account }, unit) => {
      unit.afterCommit(() => called++);
      const { balance } = await account.retrieve({ id: 1 });
      if (++attempts < 3) await rival.update({ balance: balance + 10 }, { id: 1 });
      await account.update({ balance: balance + 1 }, { id: 1 });
    });
    expect({ attempts, called, balances: await balances() }).toEqual({
      attempts: 3,
      called: 1,
      balances: [21, 0],
    });
  });

  it.each([
    [
      'a taken value',
      (account: AccountRepository) => account.create({ id: 1, balance: 0 }),
      AlreadyExistsError,
    ],
    ['a lost connection', (_: AccountRepository, end: () => Promise<unknown>) => end(), UnavailableError],
  ] as const)(
    'are not retried after %s, because a retry would not help or might repeat an effect',
    async (_, fail, kind) => {
      let attempts = 0;
      const run = worker.run(async ({ account }, unit) => {
        attempts++;
        await fail(account, () => unit.manager.query('SELECT pg_terminate_backend(pg_backend_pid())'));
      });
      await expect(run).rejects.toThrow(kind);
      expect(attempts).toBe(1);
    },
  );
});
