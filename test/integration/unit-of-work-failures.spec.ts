/**
 * Failing units of work, on each database: nothing is left behind, no caller waits forever, the first error is reported.
 * Real: the databases, their locks, constraints and lost connections. Fake: SQLite's refusal to roll back, which no
 * healthy disk shows.
 */
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import { IntegrityError, UnavailableError } from '../../src/ddd/repository/index.js';
import { UnitClosedError, UnitTimeoutError } from '../../src/ddd/worker/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { Gate } from '../support/gate.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { saturateDatabase } from '../support/saturation.js';
import { useDatabase } from '../support/use-database.js';

/** The log entries of these failures are expected. */
beforeAll(() => Logger.overrideLogger(false));

/** Statements that run until they are ended. */
const endless = {
  sqlite: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n',
  postgres: 'SELECT pg_sleep(60)',
};

describe.each(databaseKinds)('SqlWorker.run on %s', (kind) => {
  const database = useDatabase(kind, ledgerEntities, {
    perTest: true,
    variables: { DATABASE_POOL_SIZE: '2' },
  });
  let dataSource: DataSource;
  let worker: LedgerWorker;
  const outside = () => new AccountRepository(dataSource);
  const rule = new Error('rule');

  beforeEach(() => {
    dataSource = database.dataSource;
    worker = new LedgerWorker(dataSource);
  });

  /** More concurrent units than connections: a connection that was not released would be missing. */
  const expectAllConnectionsFree = async () => {
    const before = await outside().count();
    await Promise.all(
      [101, 102, 103, 104].map((id) => worker.run(({ account }) => account.create({ id, balance: 0 }))),
    );
    expect(await outside().count()).toBe(before + 4);
  };

  it('that cannot begin never calls back, fails as unavailable, and frees its connection', async () => {
    const release = await saturateDatabase(kind, database, dataSource);
    const work = jest.fn(async () => 1);
    await expect(worker.run(work)).rejects.toThrow(UnavailableError);
    expect(work).not.toHaveBeenCalled();
    await release();
    await expectAllConnectionsFree();
  });

  it('whose commit fails leaves nothing, calls no callback, and reports the reason', async () => {
    await dataSource.query(
      'CREATE TABLE promise (id integer REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    const called = jest.fn();
    const run = worker.run(async ({ account }, unit) => {
      unit.afterCommit(called);
      await account.create({ id: 1, balance: 0 });
      await unit.manager.query('INSERT INTO promise (id) VALUES (7)');
    });
    await expect(run).rejects.toThrow(IntegrityError);
    expect(called).not.toHaveBeenCalled();
    expect(await outside().count()).toBe(0);
    await expectAllConnectionsFree();
  });

  it('whose rollback fails still throws the first error, and discards the connection', async () => {
    const run = worker.run(async ({ account }, { manager }) => {
      await account.create({ id: 1, balance: 0 });
      if (kind === 'sqlite') refuseRollback(2);
      else await manager.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      throw rule;
    });
    await expect(run).rejects.toBe(rule);
    jest.restoreAllMocks();
    expect(await outside().count()).toBe(0);
    await expectAllConnectionsFree();
  });

  it('whose statement exceeds the limit is ended, and its connection is reused or replaced', async () => {
    const run = worker.run(
      async ({ account }, { manager }) => {
        await account.create({ id: 1, balance: 0 });
        await manager.query(endless[kind]);
      },
      { timeoutMs: 200 },
    );
    await expect(run).rejects.toThrow(UnitTimeoutError);
    expect(await outside().count()).toBe(0);
    await expectAllConnectionsFree();
  });

  it('that was ended by the limit refuses later statements of its callback', async () => {
    const limitPassed = new Gate();
    let late: Promise<unknown> | undefined;
    const run = worker.run(
      ({ account }) =>
        (late = (async () => {
          await limitPassed.passed;
          await account.create({ id: 1, balance: 0 });
        })()),
      { timeoutMs: 100 },
    );
    await expect(run).rejects.toThrow(UnitTimeoutError);
    limitPassed.open();
    await expect(late).rejects.toThrow(UnitClosedError);
    expect(await outside().count()).toBe(0);
  });

  it('whose begin is aborted after the database has begun frees the connection', async () => {
    const abort = {
      afterTransactionStart() {
        throw rule;
      },
    };
    dataSource.subscribers.push(abort);
    await expect(worker.run(async () => 1)).rejects.toBe(rule);
    dataSource.subscribers.splice(dataSource.subscribers.indexOf(abort), 1);
    await expectAllConnectionsFree();
  });

  it('that throws while its statements are in flight writes none of them', async () => {
    const run = worker.run(({ account }) =>
      Promise.all([
        ...[1, 2, 3].map((id) => account.create({ id, balance: 0 })),
        Promise.reject(rule),
        ...[4, 5].map((id) => account.create({ id, balance: 0 })),
      ]),
    );
    await expect(run).rejects.toBe(rule);
    expect(await outside().count()).toBe(0);
    await expectAllConnectionsFree();
  });

  it('that returns while a statement is in flight waits for it before the commit', async () => {
    await worker.run(async ({ account }) => {
      void account.create({ id: 1, balance: 0 });
    });
    expect(await outside().count()).toBe(1);
  });
});

describe('SqlWorker.run on postgres', () => {
  it('whose statement exceeds the limit cancels it on the server, and keeps the connection', async () => {
    const database = await createDatabase('postgres');
    const dataSource = await database.connect(ledgerEntities, { DATABASE_POOL_SIZE: '1' });
    const pidOf = async (manager: { query: DataSource['query'] }) =>
      (await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
    const pid = await pidOf(dataSource);
    const run = new LedgerWorker(dataSource).run((_, { manager }) => manager.query(endless.postgres), {
      timeoutMs: 100,
    });
    await expect(run).rejects.toThrow(UnitTimeoutError);
    const running = await dataSource.query<unknown[]>(
      "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state <> 'idle' AND pid <> pg_backend_pid()",
    );
    expect(running).toEqual([]);
    expect(await pidOf(dataSource)).toBe(pid);
    await database.destroy();
  });

  it('ends a unit that waits for the lock of another, which continues unaffected', async () => {
    const database = await createDatabase('postgres');
    const dataSource = await database.connect(ledgerEntities);
    await dataSource.synchronize();
    const worker = new LedgerWorker(dataSource);
    await worker.run(({ account }) => account.create({ id: 1, balance: 0 }));
    const [locked, finish] = [new Gate(), new Gate()];
    const first = worker.run(async ({ account }) => {
      await account.update({ balance: 1 }, { id: 1 });
      locked.open();
      await finish.passed;
    });
    await locked.passed;
    const second = worker.run(({ account }) => account.update({ balance: 2 }, { id: 1 }), { timeoutMs: 200 });
    await expect(second).rejects.toThrow(UnitTimeoutError);
    finish.open();
    await first;
    expect(await new AccountRepository(dataSource).retrieve({ id: 1 })).toMatchObject({ balance: 1 });
    await database.destroy();
  });
});

/** Makes the next rollbacks of SQLite fail, as a disk that is gone does. */
function refuseRollback(times: number): void {
  const { write } = SqliteConnection.prototype;
  let left = times;
  jest.spyOn(SqliteConnection.prototype, 'write').mockImplementation(function (
    this: SqliteConnection,
    ...statement
  ) {
    if (statement[0] === 'ROLLBACK' && left-- > 0) throw new Error('SQLITE_IOERR: disk I/O error');
    return write.apply(this, statement);
  });
}
