import { unexpired } from './count.js';
import type { Count, Decision } from './count.js';
import type { Limit } from './limit.js';

/** Fixed windows: the first use of a key opens one, which allows `max`. */
export function decideInWindow(
  { max, perMs }: Pick<Limit, 'max' | 'perMs'>,
  found: Count | null,
  now: number,
): Decision {
  const current = unexpired(found, now);
  if (!current)
    return { isAllowed: true, next: { count: 1, pending: 0, since: now, expiresAt: now + perMs } };
  // A clock that was set back must not lengthen a window.
  const since = Math.min(current.since, now);
  const expiresAt = since + perMs;
  if (current.count >= max) return { isAllowed: false, retryAt: expiresAt };
  return { isAllowed: true, next: { count: current.count + 1, pending: 0, since, expiresAt } };
}
