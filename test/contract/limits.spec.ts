// Real: limits and their counts, in memory and on both databases. Fake: the secret that keys are hashed with.
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DatabaseCountStore,
  LimitCount,
  LimitCountRepository,
  LimitMaintenance,
  LimitReachedError,
  Limits,
} from '../../src/ddd/limit/index.js';
import type { Limit } from '../../src/ddd/limit/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { useDatabase } from '../support/use-database.js';

const secret = { bytes: Buffer.alloc(32, 7) };
const exports: Limit = { name: 'exports', max: 3, perMs: 60_000 };

class KeepsThree extends LimitMaintenance {
  protected override readonly maxCounts = 3;
}

describe.each(databaseKinds)('Limits on %s', (kind) => {
  const database = useDatabase(kind, [LimitCount], { perTest: true });
  /** Of a process of its own. */
  const limits = () => new Limits(new DatabaseCountStore(database.dataSource, secret), secret);

  describe.each(['memory', 'database'] as const)('counted in the %s', (store) => {
    const limit = { ...exports, store };
    let clock: MovedClock | undefined;
    afterEach(() => clock?.restore());

    it('allow as many as they say within a window, and as many in the next one', async () => {
      clock = new MovedClock();
      const counted = limits();
      const taken = [];
      for (let nth = 0; nth < 4; nth++) taken.push(await counted.take(limit, 'ada'));
      clock.move(60_001);
      taken.push(await counted.take(limit, 'ada'));

      expect(taken.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [true, 2],
      ]);
      expect(taken[3]?.resetSeconds).toBeGreaterThan(50);
      expect(taken[3]?.resetSeconds).toBeLessThanOrEqual(60);
    });

    it('count each key by itself', async () => {
      const counted = limits();
      for (const key of ['ada', 'bob', 'ada', 'bob', 'ada']) await counted.enforce(limit, key);

      await expect(counted.enforce(limit, 'ada')).rejects.toThrow(LimitReachedError);
      await counted.enforce(limit, 'bob');
    });

    it('allow exactly as many of those at once', async () => {
      const counted = limits();
      const taken = await Promise.all(Array.from({ length: 40 }, () => counted.take(limit, 'ada')));

      expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(3);
    });
  });

  const shared: Limit = { ...exports, store: 'database' };

  it('allow exactly as many of those at once in several processes, where they are counted in the database', async () => {
    const processes = [limits(), limits(), limits()];
    const taken = await Promise.all(
      processes.flatMap((process) => Array.from({ length: 10 }, () => process.take(shared, 'ada'))),
    );

    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(3);
  });

  it('take a count back with the unit of work that it was counted in', async () => {
    const counted = limits();
    const worker = new SqlWorker(database.dataSource);
    const undone = worker.run(async (_, unit) => {
      await counted.enforce(shared, 'ada', unit);
      throw new Error('Undone');
    });
    await expect(undone).rejects.toThrow('Undone');
    await worker.run((_, unit) => counted.enforce(shared, 'ada', unit));

    expect(await counted.take(shared, 'ada')).toMatchObject({ remaining: 1 });
  });

  it('store nothing by which a key could be recognized without the secret', async () => {
    await limits().enforce(shared, ['ada@example.com', 'welcome']);
    const [row] = await new LimitCountRepository(database.dataSource).list();

    expect(row?.key).toMatch(/^[0-9a-f]{32}\.[0-9a-f]{32}$/);
  });

  it('forget counts whose time is over, and of too many those that would be forgotten next', async () => {
    const clock = new MovedClock();
    try {
      const counts = new LimitCountRepository(database.dataSource);
      const counted = limits();
      for (const key of ['a', 'b', 'c']) await counted.enforce(shared, key);
      clock.move(60_001);
      for (const key of ['d', 'e', 'f']) await counted.enforce({ ...shared, perMs: 86_400_000 }, key);
      await counted.enforce({ ...shared, name: 'short' }, 'g');
      await new LimitMaintenance(counts).run();
      expect(await counts.count()).toBe(4);

      await new KeepsThree(counts).run();
      expect((await counts.list()).map(({ name }) => name)).toEqual(['exports', 'exports', 'exports']);
    } finally {
      clock.restore();
    }
  });
});
