import type { Response } from 'express';
import type { Limit, Standing } from '../../ddd/limit/index.js';

interface Reported {
  readonly limit: Pick<Limit, 'name' | 'max' | 'perMs'>;
  readonly standing: Pick<Standing, 'remaining' | 'resetSeconds'>;
}

const reported = new WeakMap<Response, Reported[]>();

/**
 * Adds a limit to `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). The limit that ends first
 * comes first, because some clients read no further.
 */
export function reportStanding(
  response: Response,
  limit: Reported['limit'],
  standing: Reported['standing'],
): void {
  const others = (reported.get(response) ?? []).filter((one) => one.limit.name !== limit.name);
  const all = [...others, { limit, standing }].sort(byUrgency);
  reported.set(response, all);
  const policies = all.map(
    ({ limit: { name, max, perMs } }) => `"${name}";q=${max};w=${Math.ceil(perMs / 1_000)}`,
  );
  const standings = all.map(
    ({ limit: { name }, standing: { remaining, resetSeconds } }) =>
      `"${name}";r=${remaining};t=${resetSeconds}`,
  );
  response.set({ 'RateLimit-Policy': policies.join(', '), RateLimit: standings.join(', ') });
}

const byUrgency = ({ standing: one }: Reported, { standing: other }: Reported) =>
  one.remaining - other.remaining || other.resetSeconds - one.resetSeconds;
