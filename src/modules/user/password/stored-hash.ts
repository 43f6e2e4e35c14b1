import { parseOptions, type ParsedHashOptions } from '@node-rs/argon2';
import { isAffordable } from '../../../config/hash-cost.js';
import type { HashCost } from '../../../config/hash-cost.js';
import { UnreadableHashError } from './password.errors.js';

/** The parameters of a stored hash. */
export interface StoredHash {
  readonly saltBytes: number;
  readonly outputBytes: number;
  readonly cost: HashCost;
  /** The key id of its pepper; undefined without one. */
  readonly keyId: string | undefined;
}

/**
 * Parses a PHC string without computing anything.
 * @throws UnreadableHashError when it is malformed, or asks for more work than any of our hashes could have taken
 */
export function readStoredHash(stored: string): StoredHash {
  const { memoryCost, timeCost, parallelism, saltLen, outputLen } = parse(stored);
  const cost = { memoryKib: memoryCost, iterations: timeCost, parallelism };
  if (!isAffordable(cost)) throw new UnreadableHashError('it asks for more work than the settings allow');
  return { saltBytes: saltLen, outputBytes: outputLen, cost, keyId: keyIdOf(stored) };
}

/** PHC's base64: the standard alphabet, no padding. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function parse(stored: string): ParsedHashOptions {
  try {
    return parseOptions(stored);
  } catch {
    throw new UnreadableHashError('it is not an Argon2 hash in PHC format');
  }
}

/** The PHC format defines the parameter `keyid` for this; the library ignores it. */
function keyIdOf(stored: string): string | undefined {
  const [encoded, ...others] = [...stored.matchAll(/[$,]keyid=([^$,]*)/g)].map(([, value]) => value ?? '');
  if (encoded === undefined) return undefined;
  const keyId = Buffer.from(encoded, 'base64').toString('latin1');
  if (others.length || !/^[A-Za-z0-9]{1,8}$/.test(keyId) || base64(Buffer.from(keyId)) !== encoded)
    throw new UnreadableHashError('its pepper key id is malformed');
  return keyId;
}
