import type { DatabaseAddress } from './database-address.js';

/**
 * Where the secret comes from that signing keys are encrypted under: given, kept in a file beside the SQLite file, known
 * to everybody while developing on PostgreSQL, or missing, which no production starts with.
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
