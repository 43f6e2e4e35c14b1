/** What one Argon2 hash costs: memory in KiB, passes over it, lanes. */
export interface HashCost {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** Ceilings for the settings and for what a stored hash may ask: `kibPasses`, memory times passes, is a few seconds. */
export const hashCostLimit = { memoryKib: 2_097_152, iterations: 64, parallelism: 16, kibPasses: 4_194_304 };

/** The least memory in KiB that Argon2 accepts for each lane (RFC 9106, 3.1). */
const minKibPerThread = 8;

export function isAffordable({ memoryKib, iterations, parallelism }: HashCost): boolean {
  return (
    memoryKib <= hashCostLimit.memoryKib &&
    iterations <= hashCostLimit.iterations &&
    parallelism <= hashCostLimit.parallelism &&
    memoryKib * iterations <= hashCostLimit.kibPasses
  );
}

/** Faults of settings that are valid one by one but not together, by setting; one that is missing is passed over. */
export function hashCostErrors({ memoryKib = 0, iterations = 0, parallelism = 0 }: Partial<HashCost>) {
  const errors: Record<string, Error> = {};
  if (memoryKib && memoryKib < minKibPerThread * parallelism)
    errors['PASSWORD_MEMORY_KIB'] = new Error(
      `must be at least ${minKibPerThread * parallelism} with PASSWORD_PARALLELISM=${parallelism}`,
    );
  if (memoryKib * iterations > hashCostLimit.kibPasses)
    errors['PASSWORD_ITERATIONS'] = new Error(
      `must be at most ${Math.floor(hashCostLimit.kibPasses / memoryKib)} with PASSWORD_MEMORY_KIB=${memoryKib}`,
    );
  return errors;
}
