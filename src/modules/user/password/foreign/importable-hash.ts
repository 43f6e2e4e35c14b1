import type { Settings } from '../../../../config/settings.js';
import { UnreadableHashError } from '../password.errors.js';
import { readStoredHash } from '../stored-hash.js';
import { readForeignHash } from './foreign-formats.js';
import { keycloakHash } from './keycloak-credential.js';

/** A hash of another program that this one can check. */
export interface ImportableHash {
  /** As it is stored. */
  readonly stored: string;
  /** Whether it is guessed so fast that a thief of the file has the passwords soon. */
  readonly isWeak: boolean;
}

/** The width of the column. */
const maxLength = 200;
/** Of a credential of Keycloak as text. */
const maxTextLength = 4_096;

/**
 * Checks the format and the parameters of a hash that is to be imported, without computing anything.
 * @param given a text, or a credential of Keycloak
 * @throws UnreadableHashError, which says why and contains no part of the hash
 */
export function readImportableHash(given: unknown, { pepper }: Settings['password']): ImportableHash {
  if (given === undefined || given === null || given === '') throw new UnreadableHashError('it is missing');
  const stored = textOf(given);
  if (stored === undefined || stored.length > maxLength) throw unknownFormat();
  if (/^\$argon2id?\$/.test(stored)) {
    const { keyId } = readStoredHash(stored);
    if (keyId !== undefined && !pepper.has(keyId))
      throw new UnreadableHashError(`its pepper ${keyId} is not in PASSWORD_PEPPER`);
    return { stored, isWeak: false };
  }
  const foreign = readForeignHash(stored);
  if (!foreign) throw unknownFormat();
  return { stored, isWeak: foreign.work === 'sha512' };
}

function textOf(given: unknown): string | undefined {
  if (typeof given === 'object' && given !== null) return keycloakHash(given);
  if (typeof given !== 'string' || given.length > maxTextLength) return undefined;
  return /^\{\s*"/.test(given) ? keycloakHash(parsed(given)) : given;
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

const unknownFormat = () =>
  new UnreadableHashError(
    'it is in no known format: bcrypt, scrypt, PBKDF2, Argon2i or Argon2id, or salted SHA-512. A password in clear is not imported',
  );
