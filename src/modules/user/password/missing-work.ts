import type { HashCost } from '../../../config/hash-cost.js';

type Work = Pick<HashCost, 'memoryKib' | 'iterations'>;

/**
 * The hashes that cost as much as one of today's costs more than an older one. A hash takes the time of filling its memory
 * and of its passes over it, so both are made up for: where possible with as much more memory, always with as many more
 * passes. A pass over part of the memory is a hash of its own with one iteration more.
 */
export function missingWork(done: Work, today: HashCost): Work[] {
  const kibPasses = today.memoryKib * today.iterations - done.memoryKib * done.iterations;
  if (kibPasses <= 0) return [];
  const least = Math.ceil(kibPasses / (today.iterations + 1));
  const memoryKib = Math.min(Math.max(today.memoryKib - done.memoryKib, least), kibPasses);
  const iterations = Math.floor(kibPasses / memoryKib);
  const oneMore = kibPasses - iterations * memoryKib;
  const hashes = [
    { memoryKib: memoryKib - oneMore, iterations },
    { memoryKib: oneMore, iterations: iterations + 1 },
  ];
  // Argon2 takes no less memory (RFC 9106, 3.1).
  return hashes.filter((hash) => hash.memoryKib >= 8 * today.parallelism);
}
