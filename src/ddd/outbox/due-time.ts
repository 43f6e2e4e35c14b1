/** When a message is due: immediately, unless one of these is given. */
export interface DueTime {
  /** A moment, as a `Date` or in epoch milliseconds; one that has passed means immediately. */
  readonly at?: Date | number;
  /** Milliseconds after the recording. */
  readonly afterMs?: number;
}

/** The last moment of a `Date`. */
const latest = 8.64e15;

/**
 * @param now epoch milliseconds
 * @returns epoch milliseconds, never before now
 * @throws RangeError
 */
export function dueTime({ at, afterMs }: DueTime, now: number): number {
  if (at !== undefined && afterMs !== undefined)
    throw new RangeError('at and afterMs were both given: a message has one due time, so give one of them');
  if (afterMs !== undefined && !(afterMs >= 0))
    throw new RangeError(`afterMs must be a number of milliseconds from 0, not ${String(afterMs)}`);
  const moment = at === undefined ? now + (afterMs ?? 0) : Number(at);
  if (!(Math.abs(moment) <= latest))
    throw new RangeError(
      at === undefined
        ? `afterMs leads past the last moment of a Date: ${String(afterMs)}`
        : 'at must be a valid Date, or a moment in epoch milliseconds',
    );
  return Math.max(now, Math.ceil(moment));
}
