import { RemoteServiceError } from '../repository/remote.errors.js';

const second = 1_000;
const minute = 60 * second;
const firstDelay = second;
const longestDelay = 15 * minute;
/** Even if every delay were the shortest it can be (half the cap), this many tries last longer than 24 hours. */
const mostAttempts = 205;
const transientStatus = new Set([408, 425, 429]);

export type Verdict = { readonly outcome: 'dead' } | { readonly outcome: 'retry'; readonly delay: number };

/** Whether a failed delivery is tried again, and after how many milliseconds. */
export function judgeFailure(error: unknown, attempts: number): Verdict {
  if (!isTransient(error) || attempts >= mostAttempts) return { outcome: 'dead' };
  const asked = error instanceof RemoteServiceError ? (error.failure.retryAfter ?? 0) : 0;
  return { outcome: 'retry', delay: Math.max(asked, backoff(attempts)) };
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof RemoteServiceError)) return true;
  const { status } = error.failure;
  return status === undefined || status >= 500 || transientStatus.has(status);
}

/** Half fixed, half random; from 1 s, doubling to 15 min. */
function backoff(attempts: number): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (attempts - 1));
  return Math.round(full / 2 + (Math.random() * full) / 2);
}
