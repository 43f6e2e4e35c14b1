// Everything is real.
import { expect, it } from '@jest/globals';
import { MemoryCountStore } from './memory-count-store.js';
import { decideInWindow } from './window-policy.js';

it('MemoryCountStore keeps no more keys than its maximum, and forgets the one counted first', async () => {
  const store = new MemoryCountStore(3);
  const take = (key: string) =>
    store.decide('l', key, (count) => decideInWindow({ max: 9, perMs: 60_000 }, count, Date.now()));
  for (const key of ['a', 'b', 'c', 'a', 'd']) await take(key);

  expect(store.size('l')).toBe(3);
  expect(await store.read('l', 'a')).toBeNull();
  expect(await store.read('l', 'b')).toMatchObject({ count: 1 });
});
