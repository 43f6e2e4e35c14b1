import type { DatabaseAddress } from './database-address.js';

/**
 * Where the secret that encrypts the signing keys comes from: given, kept in a file beside the SQLite file, a public
 * constant while developing on PostgreSQL, or missing, so that production does not start.
 */
export type KeySecretSource =
  | { readonly kind: 'given'; readonly base64: string }
  | { readonly kind: 'file'; readonly databaseFile: string }
  | { readonly kind: 'development' | 'missing' };

export function keySecretSource(
  given: string | undefined,
  address: DatabaseAddress,
  isProduction: boolean,
): KeySecretSource {
  if (given) return { kind: 'given', base64: given };
  if (address.kind === 'sqlite') return { kind: 'file', databaseFile: address.file };
  return { kind: isProduction ? 'missing' : 'development' };
}
