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
