/** What one Argon2 hash costs: memory in KiB, passes over it, lanes. */
export interface HashCost {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** Limits for the settings and for stored hashes. `kibPasses`, memory times passes, allows a few seconds. */
export const hashCostLimit = { memoryKib: 2_097_152, iterations: 64, parallelism: 16, kibPasses: 4_194_304 };

/** Minimum memory in KiB that Argon2 accepts for each lane (RFC 9106, 3.1). */
const minKibPerThread = 8;

export function isAffordable({ memoryKib, iterations, parallelism }: HashCost): boolean {
  return (
    memoryKib <= hashCostLimit.memoryKib &&
    iterations <= hashCostLimit.iterations &&
    parallelism <= hashCostLimit.parallelism &&
    memoryKib * iterations <= hashCostLimit.kibPasses
  );
}

/** Errors of settings that are valid alone but not together, by setting; a missing setting is ignored. */
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
