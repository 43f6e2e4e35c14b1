import { channel } from 'node:diagnostics_channel';
import type { ConsumerName } from './consumer-name.js';
import type { AttemptOutcome } from './outbox-attempt.entity.js';

/** What is published about every attempt, for metrics: nothing that identifies the recipient. */
export interface AttemptReport extends ConsumerName {
  /** `late` is a result that arrived after its lease was lost, and was dropped. */
  readonly outcome: AttemptOutcome | 'late';
  /** HTTP status, if there was a response. */
  readonly status?: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Each attempt of this process, once its result is written, as an `AttemptReport`. */
export const attemptChannel = channel('outbox.attempt');

export const reportAttempt = (report: AttemptReport): void => attemptChannel.publish(report);
