import { withinTime } from '../timing/index.js';
import { UnitTimeoutError } from './worker.errors.js';

/** How long a unit of work may stay open, and from when on it is logged as slow, in milliseconds. */
export class UnitLimits {
  constructor(
    readonly timeoutMs = 5_000,
    readonly slowMs = 250,
  ) {}
}

/**
 * Waits for work within the limit.
 * @throws UnitTimeoutError when the time is up; the work itself cannot be stopped, only shut out
 */
export async function withinLimits<Result>(
  { timeoutMs, slowMs }: UnitLimits,
  work: () => Promise<Result>,
  onSlow: () => void,
): Promise<Result> {
  const warning = slowMs < timeoutMs ? setTimeout(onSlow, slowMs) : undefined;
  try {
    return await withinTime(timeoutMs, work(), () => {
      throw new UnitTimeoutError(timeoutMs);
    });
  } finally {
    clearTimeout(warning);
  }
}
