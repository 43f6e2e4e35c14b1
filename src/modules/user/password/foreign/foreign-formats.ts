import { timingSafeEqual } from 'node:crypto';
import { bcryptHash } from './bcrypt.format.js';
import type { ForeignFormat, ForeignHash } from './foreign-hash.js';
import { djangoHash, pbkdf2Hash } from './pbkdf2.format.js';
import { saltedShaHash } from './salted-sha.format.js';
import { betterAuthHash, scryptHash } from './scrypt.format.js';

const formats: readonly ForeignFormat[] = [
  bcryptHash,
  scryptHash,
  betterAuthHash,
  djangoHash,
  pbkdf2Hash,
  saltedShaHash,
];

/**
 * Reads a hash of another program, without computing anything.
 * @returns undefined when it is in none of the formats
 * @throws UnreadableHashError when it asks for too much work
 */
export function readForeignHash(stored: string): ForeignHash | undefined {
  for (const format of formats) {
    const found = format(stored);
    if (found) return found;
  }
  return undefined;
}

export async function matchesForeignHash(hash: ForeignHash, plain: string): Promise<boolean> {
  const derived = await hash.derive(plain);
  return derived.length === hash.digest.length && timingSafeEqual(derived, hash.digest);
}
