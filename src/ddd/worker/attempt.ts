import { backoffMs } from '../timing/index.js';

/** How one attempt at a unit of work ended; `again` when the database asks for another one. */
export type Attempt<Result> =
  { readonly result: Result } | { readonly error: unknown; readonly again: boolean };

/** Maximum number of retries when PostgreSQL asks for them. */
export const maxReruns = 5;

/** Random, so that competitors spread, up to a backoff that grows with the number of reruns, from 0. */
export const rerunDelayMs = (rerun: number): number => Math.random() * backoffMs(rerun + 1, { firstMs: 10 });
