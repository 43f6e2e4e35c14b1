/**
 * How couriers learn of commits of their own process, and of others.
 * Real: the databases and their notifications. Fake: nothing.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createCommitSignal } from '../../src/database/commit-signal.provider.js';
import type { SqliteDriver } from '../../src/database/sqlite/sqlite.driver.js';
import { OutboxQueue, RecordedMessages } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { LetterRepository, letterTopic, outboxEntities, PostWorker, TestClock } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

/** @returns what waits until the signal has looked at the database once more, from beginning to end */
function looksAt(dataSource: DataSource): () => Promise<void> {
  const driver = dataSource.driver as unknown as SqliteDriver;
  const look = driver.dataVersion.bind(driver);
  let begun = 0;
  let ended = 0;
  driver.dataVersion = async () => {
    begun++;
    return look().finally(() => ended++);
  };
  return async () => {
    const next = begun + 1;
    await until('it has looked', () => ended >= next);
  };
}

describe.each(databaseKinds)('a commit on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let here: DataSource;
  let there: DataSource;

  beforeEach(async () => {
    here = await database.connect(outboxEntities);
    there = await database.connect(outboxEntities);
    await here.synchronize();
  });

  const signalOf = (dataSource: DataSource) =>
    createCommitSignal(dataSource, readSettings({ DATABASE_URL: database.url }).database);

  it('is detected in its process, once, only afterwards', async () => {
    let noticed = 0;
    here.subscribers.push(new RecordedMessages(() => noticed++));
    await new PostWorker(here).run(async ({ letter, parcel }) => {
      await letter.record('1');
      await parcel.record('2');
      expect(noticed).toBe(0);
    });
    expect(noticed).toBe(1);
  });

  it('is also detected for a message that is recorded outside of a unit', async () => {
    let noticed = 0;
    here.subscribers.push(new RecordedMessages(() => noticed++));
    await new LetterRepository(here).record('1');
    expect(noticed).toBe(1);
  });

  it('that fails is not detected, nor is one without a message', async () => {
    let noticed = 0;
    here.subscribers.push(new RecordedMessages(() => noticed++));
    const post = new PostWorker(here);
    const undone = post.run(async ({ letter }) => {
      await letter.record('1');
      throw new Error('rule');
    });
    await expect(undone).rejects.toThrow('rule');
    await post.run((_, { manager }) => manager.query('SELECT 1'));
    expect(noticed).toBe(0);
  });

  it('is detected in another process', async () => {
    let heard = 0;
    const hasLooked = kind === 'sqlite' ? looksAt(here) : undefined;
    const stop = signalOf(here).listen(() => heard++);
    // PostgreSQL's listener calls back once when it is connected; SQLite's needs a first poll to compare with.
    await (hasLooked ? hasLooked() : until('it listens', () => heard === 1));
    const before = heard;
    await new PostWorker(there).run(({ letter }) => letter.record('1'));
    await signalOf(there).announce();
    await until('it is heard', () => heard > before);
    await stop();
  });
});

describe('SqliteCommitSignal', () => {
  it('reports neither the commits of its own process nor claims of others that find nothing', async () => {
    const database = await createDatabase('sqlite');
    const [here, there] = [await database.connect(outboxEntities), await database.connect(outboxEntities)];
    await here.synchronize();
    let heard = 0;
    const signal = createCommitSignal(here, readSettings({ DATABASE_URL: database.url }).database);
    const hasLooked = looksAt(here);
    const stop = signal.listen(() => heard++);
    await hasLooked();
    const idle = new OutboxQueue(there, new SqlWorker(there), new TestClock());
    for (let round = 0; round < 5; round++) {
      await new PostWorker(here).run(({ letter }) => letter.record('1'));
      expect(await idle.claim('nothing of this topic', 10, 1_000)).toEqual([]);
      await hasLooked();
    }
    expect(heard).toBe(0);
    expect(await idle.claim(letterTopic, 1, 1_000)).toHaveLength(1);
    await until('a claim that took something is heard', () => heard > 0);
    await stop();
    await database.destroy();
  });
});

describe('PostgresCommitSignal', () => {
  it('reconnects after its connection was lost', async () => {
    const database = await createDatabase('postgres');
    const dataSource = await database.connect(outboxEntities);
    const settings = readSettings({ DATABASE_URL: database.url }).database;
    let heard = 0;
    const stop = createCommitSignal(dataSource, settings).listen(() => heard++);
    await until('it listens', () => heard === 1);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'account-service listener' AND datname = current_database()`,
    );
    await until('it listens again', () => heard === 2);
    await createCommitSignal(dataSource, settings).announce();
    await until('it hears', () => heard === 3);
    await stop();
    await database.destroy();
  });

  it('combines the commits of a moment into one announcement', async () => {
    const database = await createDatabase('postgres');
    const dataSource = await database.connect(outboxEntities);
    const signal = createCommitSignal(dataSource, readSettings({ DATABASE_URL: database.url }).database);
    let heard = 0;
    const stop = signal.listen(() => heard++);
    await until('it listens', () => heard === 1);
    await Promise.all(Array.from({ length: 100 }, () => signal.announce()));
    await until('it hears', () => heard > 1);
    expect(heard).toBe(2);
    await stop();
    await database.destroy();
  });
});
