/**
 * Transactions inside units of work, and statements that would end one, on each database.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { AlreadyExistsError } from '../../src/ddd/repository/index.js';
import type { OpenUnit } from '../../src/ddd/worker/index.js';
import {
  OpenTransactionError,
  RefusedStatementError,
  UnitClosedError,
  UnitFailedError,
  UnitTimeoutError,
} from '../../src/ddd/worker/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { DatabaseKind, TestDatabase } from '../support/databases.js';
import { Gate } from '../support/gate.js';
import { Account, AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { acceptedTexts, refusedTexts } from '../support/statements.js';

let database: TestDatabase;
let dataSource: DataSource;
let worker: LedgerWorker;
/** The connection of another process, which sees only committed rows. */
let others: AccountRepository;
const rule = new Error('rule');

async function prepare(kind: DatabaseKind): Promise<void> {
  Logger.overrideLogger(false);
  database = await createDatabase(kind);
  // A single connection, so that whatever a unit leaves on it affects the next caller.
  dataSource = await database.connect(ledgerEntities, { DATABASE_POOL_SIZE: '1' });
  await dataSource.synchronize();
  worker = new LedgerWorker(dataSource);
  others = new AccountRepository(await database.connect(ledgerEntities));
  await others.create({ id: 1, balance: 0 });
}

const committed = async () => (await others.list()).map(({ id }) => id).sort((a, b) => a - b);
const insert = (manager: EntityManager, id: number) => manager.insert(Account, { id, balance: 0 });
const insertTaken = (manager: EntityManager) => insert(manager, 1);

/** The next callers of the only connection are not affected, and undo or commit nothing from before. */
async function expectSoundConnection(): Promise<void> {
  const before = await committed();
  await new AccountRepository(dataSource).create({ id: 901, balance: 0 });
  expect(await committed()).toEqual([...before, 901]);
  await expect(
    worker.run(({ account }) => account.create({ id: 902, balance: 0 }).then(() => Promise.reject(rule))),
  ).rejects.toBe(rule);
  expect(await committed()).toEqual([...before, 901]);
}

describe.each(databaseKinds)('a transaction nested in a unit of work on %s', (kind) => {
  beforeEach(() => prepare(kind));
  afterEach(async () => {
    await expectSoundConnection();
    await database.destroy();
  });

  it('is committed with the unit', async () => {
    await worker.run(async (_, { manager }) => {
      await insert(manager, 2);
      await manager.transaction(async (nested) => {
        await insert(nested, 3);
        await nested.transaction((inner) => insert(inner, 4));
      });
    });
    expect(await committed()).toEqual([1, 2, 3, 4]);
  });

  it('that fails undoes the unit when the error propagates', async () => {
    const run = worker.run(async ({ account }, { manager }) => {
      await account.create({ id: 2, balance: 0 });
      await manager.transaction(insertTaken);
    });
    await expect(run).rejects.toThrow(AlreadyExistsError);
    expect(await committed()).toEqual([1]);
  });

  it('whose own statement is interrupted by the time limit undoes the unit', async () => {
    const run = worker.run(
      ({ account }, { manager }) =>
        manager.transaction(async (nested) => {
          await account.create({ id: 2, balance: 0 });
          await nested.transaction(async (inner) => {
            await insert(inner, 3);
            await new Promise(() => undefined);
          });
        }),
      { timeoutMs: 100 },
    );
    await expect(run).rejects.toThrow(UnitTimeoutError);
    expect(await committed()).toEqual([1]);
  });

  it.each([
    ['an error of its own', () => Promise.reject(rule)],
    ['a broken constraint', insertTaken],
  ])('that fails by %s and is caught keeps what the unit wrote outside of it', async (_, fail) => {
    await worker.run(async (__, { manager }) => {
      await insert(manager, 2);
      const nested = manager.transaction(async (inner) => {
        await insert(inner, 3);
        await fail(inner);
      });
      await expect(nested).rejects.toThrow();
      await insert(manager, 4);
    });
    expect(await committed()).toEqual([1, 2, 4]);
  });

  it('that swallows the error of a statement is undone itself, and the unit too unless that is caught', async () => {
    const swallowing = (manager: EntityManager) =>
      manager.transaction(async (nested) => {
        await insert(nested, 3);
        await insertTaken(nested).catch(() => undefined);
      });
    await expect(worker.run((_, { manager }) => swallowing(manager))).rejects.toThrow(UnitFailedError);
    await worker.run(async (_, { manager }) => {
      await insert(manager, 2);
      await expect(swallowing(manager)).rejects.toThrow(UnitFailedError);
    });
    expect(await committed()).toEqual([1, 2]);
  });

  it('undoes nothing that runs concurrently with it', async () => {
    await worker.run(async ({ account }, { manager }) => {
      const inside = new Gate();
      const settled = await Promise.allSettled([
        manager.transaction(async (nested) => {
          await insert(nested, 2);
          inside.open();
          await insert(nested, 3);
          throw rule;
        }),
        inside.passed.then(() => account.create({ id: 4, balance: 0 })),
        manager.transaction((nested) => insert(nested, 5)),
        manager.transaction(async (nested) => {
          await Promise.allSettled([
            nested.transaction((inner) => insert(inner, 6)),
            nested.transaction((inner) => insert(inner, 7).then(() => Promise.reject(rule))),
            insert(nested, 8),
          ]);
        }),
      ]);
      expect(settled.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'fulfilled',
        'fulfilled',
      ]);
    });
    expect(await committed()).toEqual([1, 4, 5, 6, 8]);
  });

  it('that is begun manually and ended is committed or undone on its own', async () => {
    await worker.run(async (_, { manager }) => {
      const runner = manager.queryRunner!;
      await runner.startTransaction();
      await insert(manager, 2);
      await runner.commitTransaction();
      await runner.startTransaction();
      await insert(manager, 3);
      await expect(insertTaken(manager)).rejects.toThrow();
      await runner.rollbackTransaction();
    });
    expect(await committed()).toEqual([1, 2]);
  });

  it.each<[string, (unit: OpenUnit) => unknown]>([
    ['begun manually and never ended', ({ manager }) => manager.queryRunner!.startTransaction()],
    ['not awaited', ({ manager }) => void manager.transaction(() => new Promise(() => undefined))],
  ])('that is %s is refused when the callback returns', async (_, leaveOpen) => {
    const run = worker.run(async ({ account }, unit) => {
      await account.create({ id: 2, balance: 0 });
      await leaveOpen(unit);
    });
    await expect(run).rejects.toThrow(OpenTransactionError);
    expect(await committed()).toEqual([1]);
  });

  it('that outlives the unit writes nothing', async () => {
    const [begun, ended] = [new Gate(), new Gate()];
    let late: Promise<unknown> | undefined;
    const run = worker.run(async (_, { manager }) => {
      late = manager.transaction(async (nested) => {
        begun.open();
        await ended.passed;
        await insert(nested, 2);
      });
      await begun.passed;
      throw rule;
    });
    await expect(run).rejects.toBe(rule);
    ended.open();
    await expect(late).rejects.toThrow(UnitClosedError);
    expect(await committed()).toEqual([1]);
  });

  it.each(['commitTransaction', 'rollbackTransaction', 'release'] as const)(
    'cannot be bypassed by %s of the query runner: the unit is undone',
    async (end) => {
      const run = worker.run(async ({ account }, { manager }) => {
        await account.create({ id: 2, balance: 0 });
        await manager.queryRunner![end]().catch(() => undefined);
      });
      await expect(run).rejects.toThrow();
      expect(await committed()).toEqual([1]);
    },
  );
});

describe.each(databaseKinds)('a statement of a unit of work on %s', (kind) => {
  beforeEach(() => prepare(kind));
  afterEach(async () => {
    await expectSoundConnection();
    await database.destroy();
  });

  it('that would end or outlive it is refused, and the unit is undone', async () => {
    for (const text of refusedTexts[kind]) {
      const run = worker.run(async ({ account }, { manager }) => {
        await account.create({ id: 2, balance: 0 });
        await manager.query(text);
      });
      expect([text, await run.catch((error: unknown) => error)]).toEqual([
        text,
        expect.any(RefusedStatementError),
      ]);
      expect(await committed()).toEqual([1]);
    }
  });

  it('that only looks like a refused one runs', async () => {
    for (const text of acceptedTexts[kind])
      await worker.run(async (_, { manager }) => {
        await manager.query('SAVEPOINT mine');
        await manager.query(text);
        if (text.startsWith('INSERT')) await manager.query('DELETE FROM account WHERE id = 3');
      });
    expect(await committed()).toEqual([1]);
  });

  it('that is refused and swallowed rejects the unit, in a nested transaction too', async () => {
    const swallow = (manager: EntityManager) => manager.query('COMMIT').catch(() => undefined);
    const run = worker.run(async ({ account }, { manager }) => {
      await account.create({ id: 2, balance: 0 });
      await swallow(manager);
    });
    await expect(run).rejects.toThrow(RefusedStatementError);
    const nested = worker.run((_, { manager }) => manager.transaction(swallow).catch(() => undefined));
    await expect(nested).rejects.toThrow(RefusedStatementError);
    expect(await committed()).toEqual([1]);
  });
});

describe('a unit of work on postgres', () => {
  beforeEach(() => prepare('postgres'));
  afterEach(async () => {
    await expectSoundConnection();
    await database.destroy();
  });

  it.each([
    ['a procedure', 'CALL ending()'],
    ['a DO block', 'DO $$ BEGIN COMMIT; END $$'],
    ['a DO block that hides it', `DO $$ BEGIN EXECUTE 'COM' || 'MIT'; END $$`],
  ])('is not ended by %s', async (_, text) => {
    const run = worker.run(async ({ account }, { manager }) => {
      await manager.query('CREATE PROCEDURE ending() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$');
      await account.create({ id: 2, balance: 0 });
      await manager.query(text);
    });
    await expect(run).rejects.toThrow(/refused|EXECUTE of transaction commands/);
    expect(await committed()).toEqual([1]);
  });

  it('that PostgreSQL has silently ended rejects, and writes nothing more', async () => {
    const run = worker.run(async ({ account }, { manager }) => {
      const client = (await manager.queryRunner!.connect()) as { query(sql: string): Promise<unknown> };
      await client.query('ROLLBACK');
      await account.create({ id: 2, balance: 0 });
    });
    await expect(run).rejects.toThrow(RefusedStatementError);
    expect(await committed()).toEqual([1]);
  });

  it('in a plain transaction whose error was swallowed is not reported as committed', async () => {
    const run = dataSource.transaction(async (manager) => {
      await insert(manager, 2);
      await insertTaken(manager).catch(() => undefined);
    });
    await expect(run).rejects.toThrow(UnitFailedError);
    expect(await committed()).toEqual([1]);
  });

  it('never reuses a connection that is released with a raw BEGIN', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.query('BEGIN');
    await insert(runner.manager, 2);
    await runner.release();
    expect(await committed()).toEqual([1]);
  });
});

describe.each(databaseKinds)('a statement outside of units of work on %s', (kind) => {
  beforeEach(() => prepare(kind));
  afterEach(async () => {
    await expectSoundConnection();
    await database.destroy();
  });

  it('that would change the state of a pooled connection is refused', async () => {
    for (const text of refusedTexts[kind]) {
      const query = dataSource.manager.query(text).catch((error: unknown) => error);
      expect([text, await query]).toEqual([text, expect.any(RefusedStatementError)]);
    }
    expect(await committed()).toEqual([1]);
  });

  it('on a query runner that is released with an open transaction is undone', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.startTransaction();
    await insert(runner.manager, 2);
    await runner.release();
    expect(await committed()).toEqual([1]);
  });
});
