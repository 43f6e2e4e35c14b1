// Real: the pool. Fake: the clock, and what is lent out.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConnectionPool, PoolTimeoutError } from './connection-pool.js';

describe('ConnectionPool', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const poolOf = (...items: string[]) => new ConnectionPool(items, { maxWaitMs: 30_000, maxWaiting: 3 });

  it('lends each item to one caller at a time, in the order of their requests', async () => {
    const pool = poolOf('only');
    const first = await pool.acquire();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const connection = await pool.acquire();
      order.push(number);
      connection.release();
    });
    expect(pool.stats.waiting).toBe(3);
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(pool.stats.waiting).toBe(0);
  });

  it('rejects a caller that has waited longer than the limit with SQLITE_BUSY, and skips it', async () => {
    const pool = poolOf('only');
    const first = await pool.acquire();
    const late = pool.acquire();
    const refused = expect(late).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    jest.advanceTimersByTime(29_999);
    const next = pool.acquire();
    jest.advanceTimersByTime(1);
    await refused;
    first.release();
    expect((await next).item).toBe('only');
  });

  it('rejects at once when too many callers are waiting', async () => {
    const pool = poolOf('only');
    await pool.acquire();
    for (let waiter = 0; waiter < 3; waiter++) pool.acquire().catch(() => undefined);
    await expect(pool.acquire()).rejects.toThrow(PoolTimeoutError);
    await expect(pool.acquire()).rejects.toThrow(/More than 3 callers wait/);
  });

  it('ignores a second release', async () => {
    const pool = poolOf('only');
    const first = await pool.acquire();
    first.release();
    const second = await pool.acquire();
    first.release();
    const third = pool.acquire();
    expect(pool.stats.waiting).toBe(1);
    second.release();
    expect((await third).item).toBe('only');
  });
});
