import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { callAfterCommit } from './after-commit.js';

const never = () => new Promise(() => undefined);

describe('Callbacks after a commit', () => {
  afterEach(() => void jest.useRealTimers());

  it('take no longer than the limit in total, however many never end, and are all called', async () => {
    jest.useFakeTimers();
    const called: number[] = [];
    const warnings: unknown[] = [];
    const logger = { error: () => undefined, warn: (text: unknown) => void warnings.push(text) };
    const callbacks = [1, 2, 3, 4].map((number) => () => {
      called.push(number);
      return number === 4 ? undefined : never();
    });
    let isOver = false;
    const work = callAfterCommit(callbacks, 1_000, logger).then(() => (isOver = true));

    await jest.advanceTimersByTimeAsync(999);
    expect([isOver, called]).toEqual([false, [1]]);
    await jest.advanceTimersByTimeAsync(1);
    await work;
    expect(called).toEqual([1, 2, 3, 4]);
    expect(warnings).toEqual([expect.stringContaining('did not end within 1000 ms')]);
  });

  it('leave no timer that would keep the process alive', async () => {
    jest.useFakeTimers();
    await callAfterCommit([() => 1, async () => 2], 1_000, { error: () => undefined, warn: () => undefined });
    expect(jest.getTimerCount()).toBe(0);
  });
});
