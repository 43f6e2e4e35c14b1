// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { RecentRefusals } from './recent-refusals.js';

const start = 1_800_000_000_000;

/** Refuses ten times a second, from second to second. @returns in which seconds it was a flood */
function floodedSeconds(seconds: number): number[] {
  const refusals = new RecentRefusals();
  const flooded = new Set<number>();
  for (let nth = 0; nth < 10 * seconds; nth++)
    if (refusals.add('ada', start + 100 * nth)) flooded.add(Math.floor(nth / 10));
  return [...flooded];
}

describe('RecentRefusals', () => {
  it('see no flood while no more than five attempts a second are refused', () => {
    const refusals = new RecentRefusals();
    for (let nth = 0; nth < 50; nth++) expect(refusals.add('ada', start + 200 * nth)).toBe(false);
  });

  it('see a flood beyond, for at most half a minute', () => {
    expect(floodedSeconds(60)).toEqual(Array.from({ length: 30 }, (_, second) => second));
  });

  it('know the keys that were refused last, until they are forgotten', () => {
    const refusals = new RecentRefusals();
    for (let nth = 0; nth <= 10_000; nth++) refusals.add(`key ${nth}`, start);
    refusals.forget('key 2');

    expect(['key 0', 'key 1', 'key 2', 'key 10000'].map((key) => refusals.has(key))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
