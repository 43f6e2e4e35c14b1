import { channel } from 'node:diagnostics_channel';

/** One try at delivering a message, told on the channel `outbox.attempt` once its result is known. */
export interface AttemptTold {
  readonly topic: string;
  readonly outcome: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** Milliseconds. */
  readonly duration: number;
}

export const attempts = channel('outbox.attempt');
