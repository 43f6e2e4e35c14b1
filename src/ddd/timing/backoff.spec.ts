import { describe, expect, it } from '@jest/globals';
import { backoffMs, spreadMs } from './index.js';

describe('backoffMs', () => {
  it('doubles with every failure', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, { firstMs: 100 }))).toEqual([
      100, 200, 400, 800,
    ]);
  });

  it('never exceeds its maximum, however many failures there were', () => {
    const backoff = { firstMs: 100, maxMs: 250 };
    expect([1, 2, 3, 5_000].map((failures) => backoffMs(failures, backoff))).toEqual([100, 200, 250, 250]);
  });
});

describe('spreadMs', () => {
  it('keeps half of the time and draws the other half', () => {
    expect([0, 0.5, 1].map((drawn) => spreadMs(100, () => drawn))).toEqual([50, 75, 100]);
  });
});
