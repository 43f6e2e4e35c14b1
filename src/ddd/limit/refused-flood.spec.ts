// Everything is real.
import { expect, it } from '@jest/globals';
import { RefusedFlood } from './refused-flood.js';

/** Refuses ten times a second, from second to second. @returns in which seconds it was a flood */
function floodedSeconds(seconds: number): number[] {
  const flood = new RefusedFlood();
  const flooded = new Set<number>();
  for (let nth = 0; nth < 10 * seconds; nth++)
    if (flood.isFlood('ada', 1_800_000_000_000 + 100 * nth)) flooded.add(Math.floor(nth / 10));
  return [...flooded];
}

it('is no flood while no more than five attempts a second are refused', () => {
  const flood = new RefusedFlood();
  for (let nth = 0; nth < 50; nth++) expect(flood.isFlood('ada', 1_800_000_000_000 + 200 * nth)).toBe(false);
});

it('is one beyond, for at most half a minute', () => {
  expect(floodedSeconds(60)).toEqual(Array.from({ length: 30 }, (_, second) => second));
});
