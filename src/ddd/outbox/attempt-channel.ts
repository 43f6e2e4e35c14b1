import { channel } from 'node:diagnostics_channel';
import type { AttemptOutcome } from './outbox-attempt.entity.js';

/** What is told of every attempt, for metrics: nothing that says whose message it was. */
export interface AttemptReport {
  readonly topic: string;
  /** `late` is a result that came after its lease was lost, and was dropped. */
  readonly outcome: AttemptOutcome | 'late';
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Each attempt of this process, once its result is written, as an `AttemptReport`. */
export const attemptChannel = channel('outbox.attempt');

export const reportAttempt = (report: AttemptReport): void => attemptChannel.publish(report);
