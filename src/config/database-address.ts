import { resolve } from 'node:path';
import { makeValidator } from 'envalid';

export type DatabaseAddress =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

/**
 * Reads `sqlite:PATH` (relative paths from the working directory) or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
 * @throws Error when the text is neither; the text itself is never repeated, for it may hold a password.
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(text)?.[1];
  if (file?.includes(':memory:'))
    throw new Error(
      'must name a file: each reader has a connection of its own, which memory cannot be shared by',
    );
  if (file) return { kind: 'sqlite', file: resolve(file) };
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text) && new URL(text).hostname)
    return { kind: 'postgres', url: text };
  throw new Error('must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE');
}

export const databaseAddress = makeValidator(parseDatabaseAddress);

/** SQLite has no password: one that is set for other programs is passed over. */
export function databasePasswordFaults(
  address?: DatabaseAddress,
  password?: string,
): { DATABASE_PASSWORD?: Error } {
  if (!password || address?.kind !== 'postgres' || !new URL(address.url).password) return {};
  return {
    DATABASE_PASSWORD: new Error('must not be set when DATABASE_URL has a password: remove one of them'),
  };
}

/** Puts the password into an address of PostgreSQL, so that whoever connects needs nothing else. */
export function withPassword(address: DatabaseAddress, password: string | undefined): DatabaseAddress {
  if (!password || address.kind !== 'postgres') return address;
  const url = new URL(address.url);
  url.password = encodeURIComponent(password);
  return { kind: 'postgres', url: url.href };
}
