import { channel } from 'node:diagnostics_channel';
import type { AttemptOutcome } from './attempt-policy.js';

/** What is published about a limit, for metrics: nothing that identifies who is counted. */
export interface LimitReport {
  readonly limit: string;
  /** `locked` is refused until the count is forgotten. The outcome of an attempt follows its `allowed`. */
  readonly outcome: 'allowed' | 'refused' | 'locked' | AttemptOutcome;
}

/** Each decision of this process, as a `LimitReport`. */
export const limitChannel = channel('limit');

export const reportLimit = (limit: string, outcome: LimitReport['outcome']): void => {
  if (limitChannel.hasSubscribers) limitChannel.publish({ limit, outcome } satisfies LimitReport);
};
