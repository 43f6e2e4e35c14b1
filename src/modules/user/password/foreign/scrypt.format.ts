import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { assertAffordable, readBase64 } from './foreign-cost.js';
import type { ForeignHash } from './foreign-hash.js';

const derived = promisify<string | Buffer, string | Buffer, number, ScryptOptions, Buffer>(scrypt);

interface ScryptOptions {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

const maxMemoryBytes = 256 * 1_024 ** 2;
/** Memory times parallelism: a few seconds. */
const maxWorkBytes = 1_024 ** 3;

/** Salt and digest are in base64 without padding, as passlib and the PHC libraries write them. */
const phc = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]{8,86})\$([A-Za-z0-9+/]{22,86})$/;

export function scryptHash(stored: string): ForeignHash | undefined {
  const [, ln, r, p, salt = '', digest = ''] = phc.exec(stored) ?? [];
  if (!digest) return undefined;
  const cost = { logN: Number(ln), r: Number(r), p: Number(p) };
  return scryptOf(cost, readBase64(salt), readBase64(digest), (plain) => plain);
}

/** The salt is not decoded: it is hashed as the text that it is. */
const betterAuth = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

export function betterAuthHash(stored: string): ForeignHash | undefined {
  const [, salt = '', digest = ''] = betterAuth.exec(stored) ?? [];
  if (!digest) return undefined;
  const cost = { logN: 14, r: 16, p: 1 };
  return scryptOf(cost, salt, Buffer.from(digest, 'hex'), (plain) => plain.normalize('NFKC'));
}

function scryptOf(
  { logN, r, p }: { readonly logN: number; readonly r: number; readonly p: number },
  salt: string | Buffer,
  digest: Buffer,
  normalized: (plain: string) => string,
): ForeignHash {
  const N = 2 ** logN;
  const memoryBytes = 128 * N * r;
  // RFC 7914, 2: N is less than 2^(128 * r / 8).
  assertAffordable(
    logN >= 1 &&
      r >= 1 &&
      p >= 1 &&
      logN < 16 * r &&
      memoryBytes <= maxMemoryBytes &&
      memoryBytes * p <= maxWorkBytes,
  );
  return {
    work: `scrypt ${logN} ${r} ${p} ${digest.length}`,
    digest,
    derive: (plain) =>
      derived(normalized(plain), salt, digest.length, { N, r, p, maxmem: 2 * memoryBytes + 256 * r * p }),
  };
}
