import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a condition holds; fails after a generous timeout. */
export async function until(what: string, holds: () => unknown, limit = 60_000): Promise<void> {
  for (const end = performance.now() + limit; performance.now() < end; await pause(10))
    if (await holds()) return;
  throw new Error(`Not within ${limit} ms: ${what}`);
}
