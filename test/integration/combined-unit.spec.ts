/**
 * Units of work that are run once for a key, or combined into one, on every backend.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  InboxMaintenance,
  InboxRecord,
  NestedUnitError,
  UnitFailedError,
  WeakIsolationError,
} from '../../src/ddd/worker/index.js';
import { Account, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';

const rule = new Error('rule');

describe.each(recordBackends)('SqlWorker.idempotently on %s', (kind) => {
  let backend: OpenBackend;
  let worker: LedgerWorker;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    backend = await openBackend(kind, [...ledgerEntities, InboxRecord]);
    worker = backend.worker(LedgerWorker);
  });
  afterEach(() => backend.close());

  const addOnce = (key: string, id: number) =>
    worker.idempotently(key, ({ account }) => account.create({ id, balance: 0 }));
  const committed = async () => (await backend.repository(Account).list()).map(({ id }) => id);

  it('does the work once for a key, however often and at whatever time it is called', async () => {
    const added = await Promise.all([1, 2, 3, 4].map((id) => addOnce('order 7', id)));
    expect(added.filter((each) => each !== undefined)).toHaveLength(1);
    expect(await addOnce('order 7', 5)).toBeUndefined();
    expect(await addOnce('order 8', 6)).toMatchObject({ id: 6 });
    expect(await committed()).toHaveLength(2);
  });

  it('does the work again after it failed', async () => {
    await expect(
      worker.idempotently('order 7', async ({ account }) => {
        await account.create({ id: 1, balance: 0 });
        throw rule;
      }),
    ).rejects.toBe(rule);
    expect(await committed()).toEqual([]);
    await addOnce('order 7', 2);
    expect(await committed()).toEqual([2]);
  });

  it('forgets a key after its time', async () => {
    await worker.idempotently('order 7', async () => {}, { retentionMs: -1 });
    await new InboxMaintenance(worker as never).run();
    expect(await addOnce('order 7', 1)).toMatchObject({ id: 1 });
  });
});

describe.each(recordBackends)('SqlWorker.runCombined on %s', (kind) => {
  let backend: OpenBackend;
  let worker: LedgerWorker;
  /** Another worker of the same data source. */
  let other: LedgerWorker;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    backend = await openBackend(kind, ledgerEntities);
    worker = backend.worker(LedgerWorker);
    other = backend.worker(LedgerWorker);
  });
  afterEach(() => backend.close());

  const add = (id: number, by = worker) => by.run(({ account }) => account.create({ id, balance: 0 }));
  const committed = async () => (await backend.repository(Account).list()).map(({ id }) => id);

  it('commits everything that its units wrote, once the work has returned', async () => {
    const told = await worker.runCombined(async () => {
      await add(1);
      await add(2, other);
      return 'done';
    });

    expect(told).toBe('done');
    expect(await committed()).toEqual([1, 2]);
  });

  it('keeps nothing when the work throws after its units have returned', async () => {
    const combined = worker.runCombined(async () => {
      await add(1);
      await add(2, other);
      throw rule;
    });

    await expect(combined).rejects.toBe(rule);
    expect(await committed()).toEqual([]);
    await add(3);
    expect(await committed()).toEqual([3]);
  });

  it('lets a read-only unit see what was written before it', async () => {
    const seen = await worker.runCombined(async () => {
      const before = await worker.run(({ account }) => account.count(), { readOnly: true });
      await add(1);
      return [before, await worker.run(({ account }) => account.count(), { readOnly: true })];
    });

    expect(seen).toEqual([0, 1]);
  });

  it('goes on after a unit that failed alone', async () => {
    await worker.runCombined(async () => {
      await worker
        .run(async ({ account }) => {
          await account.create({ id: 1, balance: 0 });
          throw rule;
        })
        .catch(() => undefined);
      await add(2);
    });

    expect(await committed()).toEqual([2]);
  });

  it('keeps nothing when a unit fails after another has returned, even if the error is caught', async () => {
    const combined = worker.runCombined(async () => {
      await add(1);
      await add(1).catch(() => undefined);
      await add(2).catch(() => undefined);
    });

    await expect(combined).rejects.toThrow(UnitFailedError);
    expect(await committed()).toEqual([]);
  });

  it('reports whether a unit has begun', async () => {
    const begun: boolean[] = [];
    await worker.runCombined(async (combined) => {
      begun.push(combined.hasBegun);
      await add(1);
      begun.push(combined.hasBegun);
    });

    expect(begun).toEqual([false, true]);
  });

  it('refuses a plain repository while the unit is open, and a run inside a callback', async () => {
    const outside = worker.runCombined(async () => {
      await add(1);
      return backend.repository(Account).count();
    });
    await expect(outside).rejects.toThrow(NestedUnitError);
    const nested = worker.runCombined(() => worker.run(() => add(2)));
    await expect(nested).rejects.toThrow(NestedUnitError);
    expect(await committed()).toEqual([]);
  });

  it('calls back once, after the commit, and the callback may run a unit of its own', async () => {
    await worker.runCombined(async () => {
      await worker.run(async ({ account }, unit) => {
        unit.afterCommit(() => add(9, other));
        await account.create({ id: 1, balance: 0 });
      });
      await add(2);
    });

    expect(await committed()).toEqual([1, 2, 9]);
  });

  it('refuses a unit that needs more isolation than the first one has', async () => {
    const combined = worker.runCombined(async () => {
      await worker.run(({ account }) => account.create({ id: 1, balance: 0 }), {
        isolation: 'READ COMMITTED',
      });
      await worker.run(({ account }) => account.count(), { readOnly: true });
      await add(2);
    });

    await expect(combined).rejects.toThrow(WeakIsolationError);
    expect(await committed()).toEqual([]);
  });

  it('is refused inside another that is open', async () => {
    const nested = worker.runCombined(async () => {
      await add(1);
      await other.runCombined(() => add(2));
    });

    await expect(nested).rejects.toThrow(NestedUnitError);
    expect(await committed()).toEqual([]);
  });

  it('keeps nothing that it reports as lost when one of two units at the same time fails', async () => {
    const combined = worker.runCombined(async () => {
      const [first] = await Promise.allSettled([add(1), worker.run(() => Promise.reject(rule))]);
      return first.status;
    });
    const outcome = await combined.catch(() => 'rejected');

    expect(await committed()).toEqual(outcome === 'fulfilled' ? [1] : []);
  });

  it('leaves what is called after its end to units of their own', async () => {
    let later!: () => Promise<unknown>;
    await worker.runCombined(async () => {
      await add(1);
      const snapshot = (await import('node:async_hooks')).AsyncLocalStorage.snapshot();
      later = () => snapshot(() => add(2));
    });
    await later();

    expect(await committed()).toEqual([1, 2]);
  });
});

describe('SqlWorker.runCombined on PostgreSQL', () => {
  it('begins again when the database refuses the commit, so that no change is lost', async () => {
    const backend = await openBackend('postgres', ledgerEntities);
    try {
      const worker = backend.worker(LedgerWorker);
      await worker.run(({ account }) => account.create({ id: 1, balance: 0 }));
      const raise = () =>
        worker.runCombined(async () => {
          const { balance } = await worker.run(({ account }) => account.retrieve({ id: 1 }));
          await worker.run(({ account }) => account.update({ balance: balance + 1 }, { id: 1 }));
        });
      await Promise.all(Array.from({ length: 20 }, raise));

      expect(await backend.repository(Account).find({ id: 1 })).toMatchObject({ balance: 20 });
    } finally {
      await backend.close();
    }
  });
});
