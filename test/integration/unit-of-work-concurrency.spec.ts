/**
 * Concurrent and nested units of work, and their callbacks, on each database.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { UnitLimits, NestedUnitError, UnitClosedError } from '../../src/ddd/worker/index.js';
import type { OpenUnit } from '../../src/ddd/worker/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { Gate } from '../support/gate.js';
import { AccountRepository, EntryRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';

let database: TestDatabase;
let dataSource: DataSource;
let worker: LedgerWorker;
const outside = () => new AccountRepository(dataSource);

async function prepare(kind: (typeof databaseKinds)[number]): Promise<void> {
  database = await createDatabase(kind);
  dataSource = await database.connect(ledgerEntities);
  await dataSource.synchronize();
  worker = new LedgerWorker(dataSource);
  await outside().create({ id: 1, balance: 0 });
}

describe.each(databaseKinds)('SqlWorker on %s', (kind) => {
  beforeEach(() => prepare(kind));
  afterEach(async () => {
    jest.restoreAllMocks();
    await database.destroy();
  });

  it('run, read-only, neither waits for a writer nor sees changes after its first read', async () => {
    const [written, finish] = [new Gate(), new Gate()];
    const writer = worker.run(async ({ account }) => {
      await account.update({ balance: 1 }, { id: 1 });
      written.open();
      await finish.passed;
    });
    await written.passed;
    const seen = await worker.run(
      async ({ account }) => {
        const before = await account.retrieve({ id: 1 });
        finish.open();
        await writer;
        return [before.balance, (await account.retrieve({ id: 1 })).balance];
      },
      { readOnly: true },
    );
    expect(seen).toEqual([0, 0]);
    expect(await outside().retrieve({ id: 1 })).toMatchObject({ balance: 1 });
  });

  it('run, nested in the callback of a join, is refused as anywhere inside a unit', async () => {
    const other = new LedgerWorker(dataSource);
    const nested = worker.run((_, unit) => other.join(unit, () => worker.run(async () => 1)));
    await expect(nested).rejects.toThrow(NestedUnitError);
  });

  it('run in a unit of another data source is a separate unit', async () => {
    const elsewhere = new LedgerWorker(await database.connect(ledgerEntities));
    await worker.run(() => elsewhere.run(({ account }) => account.list()), { readOnly: true });
  });

  it('run after the end of a unit in the same call chain is not nested', async () => {
    let later: Promise<unknown> | undefined;
    const ended = new Gate();
    await worker.run(async () => {
      later = ended.passed.then(() => worker.run(({ account }) => account.create({ id: 2, balance: 0 })));
    });
    ended.open();
    await later;
    expect(await outside().count()).toBe(2);
  });

  it('join returns the result of its callback, and passes its own repositories and the unit', async () => {
    const other = new LedgerWorker(dataSource);
    await worker.run(async ({ account }, unit) => {
      await account.update({ balance: 5 }, { id: 1 });
      const balance = await other.join(unit, async (own, joined) => {
        expect(own.account).not.toBe(account);
        expect(own.entry).toBeInstanceOf(EntryRepository);
        expect(joined).toBe(unit);
        return (await own.account.retrieve({ id: 1 })).balance;
      });
      expect(balance).toBe(5);
    });
  });

  it('join after the end of the unit is refused', async () => {
    let kept: OpenUnit | undefined;
    await worker.run(async (_, open) => void (kept = open));
    const unit = kept as unknown as OpenUnit;
    await expect(worker.join(unit, ({ account }) => account.count())).rejects.toThrow(UnitClosedError);
    expect(() => unit.afterCommit(() => undefined)).toThrow(UnitClosedError);
    expect(() => unit.manager).toThrow(UnitClosedError);
  });

  it('afterCommit calls back in order, once others see the commit; a callback may run a unit, or fail', async () => {
    const complained = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const called: unknown[] = [];
    const result = await worker.run(async ({ account }, unit) => {
      unit.afterCommit(async () => called.push((await outside().retrieve({ id: 1 })).balance));
      unit.afterCommit(() => Promise.reject(new Error('callback')));
      unit.afterCommit(async () => called.push(await worker.run((own) => own.account.count())));
      await account.update({ balance: 7 }, { id: 1 });
      return 'result';
    });
    expect(result).toBe('result');
    expect(called).toEqual([7, 1]);
    expect(complained).toHaveBeenCalledTimes(1);
  });

  it('run logs once when a unit is open for long, with the worker and without data', async () => {
    const reported = new Gate();
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => reported.open());
    const slow = new LedgerWorker(dataSource, new UnitLimits(60_000, 20));
    await slow.run(() => reported.passed);
    await slow.run(async () => 1);
    expect(warned.mock.calls).toEqual([['A unit of work is still open after 20 ms']]);
    expect(new UnitLimits()).toEqual({ timeoutMs: 5_000, slowMs: 250 });
  });
});

describe('SqlWorker.run on sqlite', () => {
  beforeEach(() => prepare('sqlite'));
  afterEach(() => database.destroy());

  it('begins units in the order of their requests', async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4, 5].map((number) => worker.run(async () => void order.push(number))));
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('SqlWorker.run on postgres', () => {
  beforeEach(() => prepare('postgres'));
  afterEach(() => database.destroy());

  /** A unit that reads a row, which another transaction then changes `conflicts` times before the unit writes it. */
  async function conflicting(conflicts: number) {
    const rival = new AccountRepository(await database.connect(ledgerEntities));
    const tries = { work: 0, committed: 0 };
    const run = worker.run(async ({ account }, unit) => {
      unit.afterCommit(() => tries.committed++);
      const { balance } = await account.retrieve({ id: 1 });
      if (++tries.work <= conflicts) await rival.update({ balance: balance + 100 }, { id: 1 });
      await account.update({ balance: balance + 1 }, { id: 1 });
      return tries.work;
    });
    return { run, tries };
  }

  it('retries a callback after a serialization failure, and calls back once', async () => {
    const { run, tries } = await conflicting(3);
    expect(await run).toBe(4);
    expect(tries).toEqual({ work: 4, committed: 1 });
    expect(await outside().retrieve({ id: 1 })).toMatchObject({ balance: 301 });
  });

  it('gives up after five retries: the database is unavailable, with the failure as the cause', async () => {
    const { run, tries } = await conflicting(Infinity);
    await expect(run).rejects.toThrow(UnavailableError);
    await expect(run).rejects.toMatchObject({ cause: { code: '40001' } });
    expect(tries).toEqual({ work: 6, committed: 0 });
    expect(await worker.run(({ account }) => account.count())).toBe(1);
  });

  it('does not retry a callback that fails for another reason', async () => {
    const work = jest.fn(() => Promise.reject(new Error('rule')));
    await expect(worker.run(work)).rejects.toThrow('rule');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('completes both of two deadlocked units', async () => {
    await outside().create({ id: 2, balance: 0 });
    const [firstHolds, secondHolds] = [new Gate(), new Gate()];
    const transfer = (from: number, to: number, mine: Gate, others: Gate) =>
      worker.run(async ({ account }) => {
        await account.update({ balance: from }, { id: from });
        mine.open();
        await others.passed;
        await account.update({ balance: from }, { id: to });
      });
    await Promise.all([transfer(1, 2, firstHolds, secondHolds), transfer(2, 1, secondHolds, firstHolds)]);
    const balances = (await outside().list()).map(({ balance }) => balance);
    expect(new Set(balances).size).toBe(1);
  });

  it.each([
    [undefined, 'serializable'],
    ['READ COMMITTED', 'read committed'],
  ] as const)('begins at isolation %s as %s', async (isolation, level) => {
    const show = () =>
      worker.run((_, { manager }) => manager.query('SHOW transaction_isolation'), isolation && { isolation });
    expect(await show()).toEqual([{ transaction_isolation: level }]);
  });
});
