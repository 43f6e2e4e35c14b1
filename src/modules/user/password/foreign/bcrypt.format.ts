import { assertAffordable } from './foreign-cost.js';
import type { ForeignHash } from './foreign-hash.js';

/** 2^15 rounds take a few seconds. */
const maxCost = 15;

/**
 * The variants differ only in mistakes of old programs with passwords of more than 72 bytes, of which bcrypt uses the first
 * 72 (2a), or are the same (2y is PHP's 2b).
 */
const format = /^\$2[aby]\$(\d{2})\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

export function bcryptHash(stored: string): ForeignHash | undefined {
  const [, cost = '', salt = '', digest = ''] = format.exec(stored) ?? [];
  if (!digest) return undefined;
  assertAffordable(Number(cost) >= 4 && Number(cost) <= maxCost);
  return {
    work: `bcrypt ${cost}`,
    digest: Buffer.from(digest),
    derive: async (plain) => {
      // Native code, which only a program with such hashes needs. It computes in libuv's thread pool.
      const { default: bcrypt } = await import('bcrypt');
      const hash = await bcrypt.hash(plain, `$2b$${cost}$${salt}`);
      return Buffer.from(hash.slice(-digest.length));
    },
  };
}
