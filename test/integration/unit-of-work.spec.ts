/**
 * What a unit of work promises, on each database.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { AlreadyExistsError, NotFoundError } from '../../src/ddd/repository/repository.errors.js';
import {
  ForeignUnitError,
  NestedUnitError,
  ReadOnlyUnitError,
  UnitClosedError,
  UnitFailedError,
  UnitTimeoutError,
} from '../../src/ddd/worker/worker.errors.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';

describe.each(databaseKinds)('SqlWorker on %s', (kind) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let worker: LedgerWorker;
  const outside = () => new AccountRepository(dataSource);

  beforeEach(async () => {
    database = await createDatabase(kind);
    dataSource = await database.connect(ledgerEntities);
    await dataSource.synchronize();
    worker = new LedgerWorker(dataSource);
  });
  afterEach(() => database.destroy());

  it('run gives the result of the callback and commits', async () => {
    expect(await worker.run(({ account }) => account.create({ id: 1, balance: 5 }))).toMatchObject({
      balance: 5,
    });
    expect(await outside().count()).toBe(1);
  });

  it('run undoes everything when the callback throws, and throws the same error', async () => {
    const error = new Error('rule');
    const run = worker.run(async ({ account }) => {
      await account.create({ id: 1, balance: 5 });
      throw error;
    });
    await expect(run).rejects.toBe(error);
    expect(await outside().count()).toBe(0);
  });

  it('run inside a unit is refused with the way out', async () => {
    const nested = worker.run(() => worker.run(async () => 1));
    await expect(nested).rejects.toThrow(NestedUnitError);
    await expect(nested).rejects.toThrow(/join/);
  });

  it('a plain repository used inside a unit is refused', async () => {
    await expect(worker.run(() => outside().count())).rejects.toThrow(NestedUnitError);
  });

  it('join writes in the transaction of the unit, and is undone with it', async () => {
    const other = new LedgerWorker(dataSource);
    const run = worker.run(async (_, unit) => {
      await other.join(unit, ({ account }) => account.create({ id: 2, balance: 0 }));
      throw new Error('rule');
    });
    await expect(run).rejects.toThrow('rule');
    expect(await outside().count()).toBe(0);
  });

  it('join with a unit of another data source is refused', async () => {
    const foreign = new LedgerWorker(await database.connect(ledgerEntities));
    await expect(worker.run((_, unit) => foreign.join(unit, async () => 1))).rejects.toThrow(
      ForeignUnitError,
    );
  });

  it('a repository that outlives its unit is refused', async () => {
    let kept: AccountRepository | undefined;
    await worker.run(async ({ account }) => {
      kept = account;
    });
    await expect(kept?.count()).rejects.toThrow(UnitClosedError);
  });

  it('a callback that never returns is ended by the limit, leaves nothing and frees the connection', async () => {
    const run = worker.run(
      async ({ account }) => {
        await account.create({ id: 1, balance: 5 });
        await new Promise(() => undefined);
      },
      { timeout: 100 },
    );
    await expect(run).rejects.toThrow(UnitTimeoutError);
    expect(await outside().count()).toBe(0);
    await worker.run(({ account }) => account.create({ id: 1, balance: 1 }));
  });

  it('an error that the callback swallows undoes the unit all the same', async () => {
    await outside().create({ id: 1, balance: 0 });
    const run = worker.run(async ({ account }) => {
      await account.create({ id: 2, balance: 0 });
      await account.create({ id: 1, balance: 0 }).catch(() => undefined);
    });
    await expect(run).rejects.toThrow(UnitFailedError);
    expect(await outside().count()).toBe(1);
  });

  it('a taken unique value is an AlreadyExistsError that names the constraint and keeps the cause', async () => {
    await outside().create({ id: 1, balance: 0 });
    const taken = outside().create({ id: 1, balance: 0 });
    await expect(taken).rejects.toThrow(AlreadyExistsError);
    await expect(taken).rejects.toMatchObject({ resource: 'account', constraint: 'account.id' });
    await expect(taken).rejects.toHaveProperty('cause');
  });

  it('a write in a read-only unit is refused', async () => {
    const write = worker.run(({ account }) => account.create({ id: 1, balance: 0 }), { readOnly: true });
    await expect(write).rejects.toThrow(ReadOnlyUnitError);
  });

  it('afterCommit calls back once after a commit, and not after a rollback', async () => {
    const called: string[] = [];
    await worker.run(async (_, unit) => unit.afterCommit(() => called.push('committed')));
    await worker
      .run(async (_, unit) => {
        unit.afterCommit(() => called.push('undone'));
        throw new Error('rule');
      })
      .catch(() => undefined);
    expect(called).toEqual(['committed']);
  });

  it('statements that the callback starts at once run one after another', async () => {
    await worker.run(({ account }) =>
      Promise.all([1, 2, 3, 4, 5].map((id) => account.create({ id, balance: id }))),
    );
    expect(await outside().count()).toBe(5);
  });

  it('a reader outside neither waits for an open unit nor sees what it wrote', async () => {
    let finish = () => {};
    let written = () => {};
    const opened = new Promise<void>((resolve) => (written = resolve));
    const open = worker.run(async ({ account }) => {
      await account.create({ id: 1, balance: 0 });
      const finished = new Promise<void>((resolve) => (finish = resolve));
      written();
      await finished;
    });
    await opened;
    expect(await outside().count()).toBe(0);
    finish();
    await open;
    expect(await outside().count()).toBe(1);
  });

  it('an update or drop without a filter is refused, and done when asked for by name', async () => {
    await outside().create({ id: 1, balance: 0 });
    await expect(outside().update({ balance: 1 }, {})).rejects.toThrow(/updateAll/);
    await expect(outside().drop({})).rejects.toThrow(/dropAll/);
    expect(await outside().updateAll({ balance: 1 })).toBe(1);
    expect(await outside().dropAll()).toBe(1);
  });

  it('retrieve and delete of what is not there raise NotFoundError with the id', async () => {
    await expect(outside().retrieve({ id: 7 })).rejects.toThrow(NotFoundError);
    await expect(outside().delete({ id: 7 })).rejects.toMatchObject({ id: '7' });
  });
});
