/**
 * Connections to PostgreSQL that are lost at the worst moments.
 * Real: PostgreSQL, the driver, the workers, the TCP connections. Fake: the network's failure, by a proxy that stops forwarding.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { AccountRepository, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { NetworkCable } from '../support/network-cable.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const limits = {
  DATABASE_POOL_SIZE: '2',
  DATABASE_CONNECT_TIMEOUT_MS: '1000',
  DATABASE_STATEMENT_TIMEOUT_MS: '1000',
};

describe('a connection to PostgreSQL', () => {
  const database = useDatabase('postgres', ledgerEntities, {
    perTest: true,
    variables: { DATABASE_POOL_SIZE: '1' },
  });
  /** A connection that is not cut off. */
  let bystander: DataSource;

  const pidOf = async (manager: { query: DataSource['query'] }) =>
    (await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
  const end = (pid: number | undefined) => bystander.query('SELECT pg_terminate_backend($1)', [pid]);
  const endAll = () =>
    bystander.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  beforeEach(() => {
    Logger.overrideLogger(false);
    bystander = database.dataSource;
  });

  it('that ends between two statements of a unit rolls it back with an UnavailableError, and the next unit works', async () => {
    const dataSource = await database.connect(ledgerEntities, limits);
    const worker = new LedgerWorker(dataSource);
    const run = worker.run(async ({ account }, unit) => {
      await account.create({ id: 1, balance: 0 });
      await end(await pidOf(unit.manager));
      // The loss arrives by itself, while nothing waits for an answer.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await account.create({ id: 2, balance: 0 });
    });
    await expect(run).rejects.toThrow(UnavailableError);
    expect(await new AccountRepository(dataSource).count()).toBe(0);
    await worker.run(({ account }) => account.create({ id: 3, balance: 0 }));
  });

  it('that ends before the commit rolls the unit back with an UnavailableError, without callbacks after the commit', async () => {
    const dataSource = await database.connect(ledgerEntities, limits);
    let called = 0;
    const run = new LedgerWorker(dataSource).run(async ({ account }, unit) => {
      unit.afterCommit(() => called++);
      await account.create({ id: 1, balance: 0 });
      await end(await pidOf(unit.manager));
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await expect(run).rejects.toThrow(UnavailableError);
    expect(called).toBe(0);
    expect(await new AccountRepository(dataSource).count()).toBe(0);
  });

  it('that ends during a statement rolls the unit back with an UnavailableError', async () => {
    const dataSource = await database.connect(ledgerEntities, limits);
    const run = new LedgerWorker(dataSource).run(async (_, unit) => {
      const pid = await pidOf(unit.manager);
      const sleeping = unit.manager.query('SELECT pg_sleep(20)');
      await Promise.all([sleeping, end(pid)]);
    });
    await expect(run).rejects.toThrow(UnavailableError);
  });

  it('that ends while it is idle is replaced without an error', async () => {
    const dataSource = await database.connect(ledgerEntities, limits);
    const accounts = new AccountRepository(dataSource);
    await Promise.all([accounts.count(), accounts.count()]);
    await endAll();
    const { master: pool } = dataSource.driver as unknown as { master: pg.Pool };
    await until('the pool has noticed', () => pool.totalCount === 0);
    expect(await Promise.all([accounts.count(), accounts.count(), accounts.count()])).toEqual([0, 0, 0]);
  });

  it('that becomes unresponsive causes UnavailableErrors within the limits, and is discarded instead of reused', async () => {
    const cable = await NetworkCable.to(database.url);
    const { database: settings } = readSettings({ ...limits, DATABASE_URL: cable.url });
    const dataSource = await createDataSource(settings, { entities: ledgerEntities }).initialize();
    try {
      const accounts = new AccountRepository(dataSource);
      const worker = new LedgerWorker(dataSource);
      const ask = () => [accounts.count(), worker.run(({ account }) => account.count())];
      expect(await Promise.all(ask())).toEqual([0, 0]);
      cable.pull();
      const lost = await Promise.allSettled([...ask(), ...ask()]);
      expect(lost.map((each) => each.status === 'rejected' && each.reason)).toEqual(
        Array.from({ length: 4 }, () => expect.any(UnavailableError)),
      );
      cable.plugIn();
      expect(await Promise.all([...ask(), ...ask()])).toEqual([0, 0, 0, 0]);
    } finally {
      await dataSource.destroy();
      await cable.remove();
    }
  });

  it('that is not free in time is an UnavailableError', async () => {
    const dataSource = await database.connect(ledgerEntities, {
      DATABASE_POOL_SIZE: '1',
      DATABASE_CONNECT_TIMEOUT_MS: '200',
    });
    const worker = new LedgerWorker(dataSource);
    let free = () => {};
    let taken = () => {};
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    const held = worker.run(() => {
      taken();
      return new Promise<void>((resolve) => (free = resolve));
    });
    await isTaken;
    await expect(new AccountRepository(dataSource).count()).rejects.toThrow(UnavailableError);
    free();
    await held;
    expect(await new AccountRepository(dataSource).count()).toBe(0);
  });

  it('is released after a statement timeout, which is an UnavailableError', async () => {
    const dataSource = await database.connect(ledgerEntities, limits);
    await expect(dataSource.query('SELECT pg_sleep(20)')).rejects.toThrow(UnavailableError);
    expect(await new AccountRepository(dataSource).count()).toBe(0);
  });
});
