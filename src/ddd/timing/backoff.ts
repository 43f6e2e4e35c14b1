export interface Backoff {
  /** Milliseconds after the first failure; each further one doubles them. */
  readonly firstMs: number;
  readonly maxMs?: number;
}

/**
 * Exponential backoff.
 * @param failures attempts that have failed, at least 1
 */
export const backoffMs = (failures: number, { firstMs, maxMs = Infinity }: Backoff): number =>
  Math.min(maxMs, firstMs * 2 ** (failures - 1));

/** Half fixed, half random, so that callers that failed together do not retry together. */
export const spreadMs = (ms: number, random: () => number = Math.random): number =>
  ms / 2 + (random() * ms) / 2;
