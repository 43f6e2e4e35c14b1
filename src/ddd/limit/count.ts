/** What is counted for one key of a limit. Times are epoch milliseconds. */
export interface Count {
  readonly count: number;
  /** How many of those have begun and not ended. */
  readonly pending: number;
  /** The start of the window, or the last change. */
  readonly since: number;
  /** When it may be forgotten; null for never. */
  readonly expiresAt: number | null;
}

/** What a policy decides: the next count, null for none, or when to try again. */
export type Decision = { readonly isAllowed: true; readonly next: Count | null } | Refusal;

export interface Refusal {
  readonly isAllowed: false;
  /** Epoch milliseconds; null when time alone does not help. */
  readonly retryAt: number | null;
  /** Present where attempts in flight decide, so that it is worth waiting: when one last began or ended. */
  readonly pendingSince?: number;
}

/** A count that has not expired. */
export const unexpired = (count: Count | null, now: number): Count | null =>
  count && (count.expiresAt === null || count.expiresAt > now) ? count : null;
