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
  let end: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    end = setTimeout(() => reject(new UnitTimeoutError(timeoutMs)), timeoutMs);
  });
  const warning = slowMs < timeoutMs ? setTimeout(onSlow, slowMs) : undefined;
  try {
    return await Promise.race([work(), expired]);
  } finally {
    clearTimeout(end);
    clearTimeout(warning);
  }
}
