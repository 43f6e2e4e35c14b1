import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlScope } from '../../src/ddd/repository/index.js';
import type { OpenUnit, SqlRepositoryClasses, SqlWorkerClass } from '../../src/ddd/worker/index.js';
import {
  SqlWorker,
  ForeignUnitError,
  NestedUnitError,
  ReadOnlyUnitError,
  UnitClosedError,
  UnitFailedError,
  UnitTimeoutError,
} from '../../src/ddd/worker/index.js';
import { AccountRepository, EntryRepository, LedgerWorker } from './ledger.js';

/** A backend under test, with empty tables of accounts and entries. */
export interface WorkerHarness {
  worker<Classes extends SqlRepositoryClasses, Worker>(worker: SqlWorkerClass<Classes, Worker>): Worker;
  /** What a repository outside of units of work is built on. */
  readonly scope: SqlScope;
  /** A worker of another database. */
  foreign(): Promise<LedgerWorker>;
  close(): Promise<void>;
}

/** Has only the accounts. */
class AccountWorker extends SqlWorker.with({ account: AccountRepository }) {}

/** Inherits the accounts and adds the entries. */
class BookingWorker extends AccountWorker.with({ entry: EntryRepository }) {
  /** Moves an amount and books it. */
  book(amount: number): Promise<void> {
    return this.run(async ({ account, entry }) => {
      const { balance } = await account.retrieve({ id: 1 });
      await account.update({ balance: balance + amount }, { id: 1 });
      await entry.create({ unit: amount, part: 1 });
    });
  }
}

class FrozenAccounts extends AccountRepository {
  override async update(): Promise<number> {
    throw new Error('frozen');
  }
}

/** What every worker over tables promises, on every backend. */
export function workerContract(backend: string, open: () => Promise<WorkerHarness>): void {
  describe(`SqlWorker on ${backend}`, () => {
    let harness: WorkerHarness;
    let worker: LedgerWorker;
    const accounts = () => new AccountRepository(harness.scope);
    const entries = () => new EntryRepository(harness.scope);

    beforeEach(async () => {
      harness = await open();
      worker = harness.worker(LedgerWorker);
    });
    afterEach(() => harness.close());

    describe('run', () => {
      it('returns the result of the callback and commits', async () => {
        expect(await worker.run(({ account }) => account.create({ id: 1, balance: 5 }))).toMatchObject({
          balance: 5,
        });
        expect(await accounts().count()).toBe(1);
      });

      it('undoes the changes of all repositories when the callback throws, and throws the same error', async () => {
        const error = new Error('rule');
        const run = worker.run(async ({ account, entry }) => {
          await account.create({ id: 1, balance: 5 });
          await entry.create({ unit: 1, part: 1 });
          expect(await account.count()).toBe(1);
          throw error;
        });

        await expect(run).rejects.toBe(error);
        expect([await accounts().count(), await entries().count()]).toEqual([0, 0]);
      });

      it('inside a unit is refused with the remedy', async () => {
        const nested = worker.run(() => worker.run(async () => 1));

        await expect(nested).rejects.toThrow(NestedUnitError);
        await expect(nested).rejects.toThrow(/join/);
      });

      it('refuses a repository from outside', async () => {
        await expect(worker.run(() => accounts().count())).rejects.toThrow(NestedUnitError);
      });

      it('loses no update of concurrent units', async () => {
        await accounts().create({ id: 1, balance: 0 });
        await Promise.all(
          Array.from({ length: 20 }, () =>
            worker.run(async ({ account }) => {
              const { balance } = await account.retrieve({ id: 1 });
              await account.update({ balance: balance + 1 }, { id: 1 });
            }),
          ),
        );

        expect(await accounts().retrieve({ id: 1 })).toMatchObject({ balance: 20 });
      });

      it('ends a callback that never returns, leaves nothing and frees the connection', async () => {
        const run = worker.run(
          async ({ account }) => {
            await account.create({ id: 1, balance: 5 });
            await new Promise(() => undefined);
          },
          { timeoutMs: 100 },
        );

        await expect(run).rejects.toThrow(UnitTimeoutError);
        expect(await accounts().count()).toBe(0);
        await worker.run(({ account }) => account.create({ id: 1, balance: 1 }));
      });

      it('undoes the unit whose callback swallowed an error', async () => {
        await accounts().create({ id: 1, balance: 0 });
        const run = worker.run(async ({ account }) => {
          await account.create({ id: 2, balance: 0 });
          await account.create({ id: 1, balance: 0 }).catch(() => undefined);
        });

        await expect(run).rejects.toThrow(UnitFailedError);
        expect(await accounts().count()).toBe(1);
      });

      it('refuses a write in a read-only unit', async () => {
        const write = worker.run(({ account }) => account.create({ id: 1, balance: 0 }), { readOnly: true });

        await expect(write).rejects.toThrow(ReadOnlyUnitError);
        expect(await worker.run(({ account }) => account.count(), { readOnly: true })).toBe(0);
      });

      it('runs concurrent statements of the callback one after another', async () => {
        await worker.run(({ account }) =>
          Promise.all([1, 2, 3, 4, 5].map((id) => account.create({ id, balance: id }))),
        );

        expect(await accounts().count()).toBe(5);
      });

      it('lets a reader outside neither wait for an open unit nor see what it wrote', async () => {
        let finish = () => {};
        let written = () => {};
        const opened = new Promise<void>((resolve) => (written = resolve));
        const running = worker.run(async ({ account }) => {
          await account.create({ id: 1, balance: 0 });
          const finished = new Promise<void>((resolve) => (finish = resolve));
          written();
          await finished;
        });
        await opened;

        expect(await accounts().count()).toBe(0);
        finish();
        await running;
        expect(await accounts().count()).toBe(1);
      });
    });

    describe('the unit that a callback gets', () => {
      it('is open until the callback has returned', async () => {
        let given: OpenUnit | undefined;
        const isOpen = await worker.run(async (_, unit) => {
          given = unit;
          return unit.isOpen;
        });

        expect([isOpen, (given as unknown as OpenUnit).isOpen]).toEqual([true, false]);
      });

      it('can only be ended by its worker, as far as types see', () => {
        const ends = [
          // @ts-expect-error a callback returns for that
          (unit: OpenUnit) => unit.commit(),
          // @ts-expect-error and throws for this
          (unit: OpenUnit) => unit.rollBack(),
        ];
        expect(ends).toHaveLength(2);
      });
    });

    describe('a repository that outlives its unit', () => {
      it('is refused by every method', async () => {
        let kept: AccountRepository | undefined;
        await worker.run(async ({ account }) => void (kept = account));

        await expect(kept?.count()).rejects.toThrow(UnitClosedError);
        await expect(kept?.create({ id: 1, balance: 0 })).rejects.toThrow(UnitClosedError);
        await expect(kept?.stream().next()).rejects.toThrow(UnitClosedError);
      });

      it('cannot be given away, as far as types see', async () => {
        const escaped = await worker.run(async ({ account }) => account);
        // @ts-expect-error a repository lives only inside its unit of work
        await expect((async () => escaped.count())()).rejects.toThrow(UnitClosedError);

        const all = await worker.run(async (repositories) => repositories);
        // @ts-expect-error and so do all of them
        await expect((async () => all.account.count())()).rejects.toThrow(UnitClosedError);

        const unit = await worker.run(async (_, open) => open);
        // @ts-expect-error and the unit itself
        expect(() => unit.afterCommit(() => undefined)).toThrow(UnitClosedError);
      });

      it('is not available from the worker', () => {
        // @ts-expect-error repositories are handed out by run and join
        expect(worker.account).toBeUndefined();
      });
    });

    describe('join', () => {
      it('writes in the transaction of the unit, and is undone with it', async () => {
        const other = harness.worker(AccountWorker);
        const run = worker.run(async ({ entry }, unit) => {
          await entry.create({ unit: 1, part: 1 });
          await other.join(unit, ({ account }) => account.create({ id: 2, balance: 0 }));
          throw new Error('rule');
        });

        await expect(run).rejects.toThrow('rule');
        expect([await accounts().count(), await entries().count()]).toEqual([0, 0]);
      });

      it('sees what the unit has written, and is committed with it', async () => {
        const other = harness.worker(AccountWorker);
        const seen = await worker.run(async ({ account }, unit) => {
          await account.create({ id: 1, balance: 7 });
          return other.join(unit, async (joined) => (await joined.account.retrieve({ id: 1 })).balance);
        });

        expect(seen).toBe(7);
        expect(await accounts().count()).toBe(1);
      });

      it('refuses a unit of another database', async () => {
        const foreign = await harness.foreign();

        await expect(worker.run((_, unit) => foreign.join(unit, async () => 1))).rejects.toThrow(
          ForeignUnitError,
        );
      });

      it('refuses a unit that has ended', async () => {
        let ended: OpenUnit | undefined;
        await worker.run(async (_, unit) => void (ended = unit));

        await expect(worker.join(ended as OpenUnit, ({ account }) => account.count())).rejects.toThrow(
          UnitClosedError,
        );
      });
    });

    describe('afterCommit', () => {
      it('calls back once after a commit, in order, including callbacks of joined workers', async () => {
        const called: string[] = [];
        await worker.run(async (_, unit) => {
          unit.afterCommit(async () => called.push(`${await accounts().count()} committed`));
          await harness.worker(AccountWorker).join(unit, async ({ account }, joined) => {
            joined.afterCommit(() => called.push('joined'));
            await account.create({ id: 1, balance: 0 });
          });
          expect(called).toEqual([]);
        });

        expect(called).toEqual(['1 committed', 'joined']);
      });

      it('does not call back after a rollback, nor when the commit is refused', async () => {
        const called: string[] = [];
        const thrown = worker.run(async (_, unit) => {
          unit.afterCommit(() => called.push('thrown'));
          throw new Error('rule');
        });
        const refused = worker.run(async ({ account }, unit) => {
          unit.afterCommit(() => called.push('refused'));
          await account.create({ id: 1 } as never).catch(() => undefined);
        });

        await expect(thrown).rejects.toThrow('rule');
        await expect(refused).rejects.toThrow(UnitFailedError);
        expect(called).toEqual([]);
      });

      it('may run a unit of its own, and cannot undo what is committed by throwing', async () => {
        const result = await worker.run(async ({ account }, unit) => {
          unit.afterCommit(async () => {
            await worker.run(({ entry }) => entry.create({ unit: 1, part: 1 }));
            throw new Error('too late');
          });
          await account.create({ id: 1, balance: 0 });
          return 'done';
        });

        expect(result).toBe('done');
        expect([await accounts().count(), await entries().count()]).toEqual([1, 1]);
      });
    });

    describe('afterCommit with a callback that never ends', () => {
      it('waits no longer than the limit of the unit, and calls the later callbacks', async () => {
        const called: string[] = [];
        const result = await worker.run(
          async ({ account }, unit) => {
            unit.afterCommit(() => new Promise(() => undefined));
            unit.afterCommit(() => called.push('later'));
            await account.create({ id: 1, balance: 0 });
            return 'done';
          },
          { timeoutMs: 1_000 },
        );

        expect([result, called]).toEqual(['done', ['later']]);
        expect(await accounts().count()).toBe(1);
      });
    });

    describe('with', () => {
      it('keeps the repositories of the parent, and its methods', async () => {
        await accounts().create({ id: 1, balance: 10 });
        await harness.worker(BookingWorker).book(5);

        expect(await accounts().retrieve({ id: 1 })).toMatchObject({ balance: 15 });
        expect(await entries().list()).toMatchObject([{ unit: 5, part: 1 }]);
        expect(Object.keys(AccountWorker.repositories)).toEqual(['account']);
      });

      it('replaces a repository of the parent by a subclass', async () => {
        class FrozenWorker extends BookingWorker.with({ account: FrozenAccounts }) {}
        await accounts().create({ id: 1, balance: 10 });

        await expect(harness.worker(FrozenWorker).book(5)).rejects.toThrow('frozen');
        expect(await entries().count()).toBe(0);
      });
    });
  });
}
