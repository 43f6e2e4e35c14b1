import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';

export type DatabaseAddress =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

const syntax = 'must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE';

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
  if (/^postgres(ql)?:\/\//.test(text)) {
    refuseMalformed(text);
    return { kind: 'postgres', url: text };
  }
  throw new Error(syntax);
}

/** Reads the address of a PostgreSQL, whose host may also be a socket: postgres://USER@/DATABASE?host=/FOLDER */
export function parsePostgresUrl(text: string): URL | undefined {
  // A URL with a user must name a host, which a socket has not.
  const withHost = text.replace(/@\//, '@localhost/');
  return URL.canParse(withHost) ? new URL(withHost) : undefined;
}

/** For people: what is left when the secret is taken out. */
export const redactPassword = (url: string) =>
  url.replace(/^(\w+:\/\/[^:@/]*):[^/]*@/, '$1@').replace(/([?&])password=[^&]*&?/, '$1');

/** Those of the driver, which would take any other word for verify-full. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function refuseMalformed(text: string): void {
  const url = parsePostgresUrl(text);
  if (!url || !(url.hostname || url.searchParams.get('host'))) throw new Error(syntax);
  const sslMode = url.searchParams.get('sslmode');
  if (sslMode !== null && !sslModes.includes(sslMode))
    throw new Error(`has an sslmode that does not exist: it is one of ${sslModes.join(', ')}`);
  refuseMissingFiles(url);
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    throw new Error(
      'has a % that begins no percent-encoding: write the special characters of the user, the password and the database ' +
        'percent-encoded (% as %25, @ as %40, / as %2F)',
    );
  }
}

/** The driver reads them when it first connects, and its error does not say what for. */
function refuseMissingFiles({ searchParams }: URL): void {
  for (const parameter of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = searchParams.get(parameter);
    if (!file) continue;
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      throw new Error(
        `names a file that cannot be read in ${parameter}: ${file} (${(error as NodeJS.ErrnoException).code})`,
      );
    }
  }
}

/** SQLite has no password: one that is set for other programs is passed over. */
export function databasePasswordErrors(
  address: DatabaseAddress | undefined,
  password: string | undefined,
): { DATABASE_PASSWORD?: Error } {
  if (!password || address?.kind !== 'postgres') return {};
  const url = parsePostgresUrl(address.url);
  if (!url?.password && !url?.searchParams.has('password')) return {};
  return {
    DATABASE_PASSWORD: new Error('must not be set when DATABASE_URL has a password: remove one of them'),
  };
}

/** Puts the password into an address of PostgreSQL that has none, so that a client needs nothing else. */
export function withPassword(address: DatabaseAddress, password: string | undefined): DatabaseAddress {
  if (!password || address.kind !== 'postgres') return address;
  const secret = encodeURIComponent(password);
  // In the text: the address of a socket is no URL.
  const url = address.url.replace(
    /^(\w+:\/\/)(?:([^:@/?]*):?@)?/,
    (_, scheme: string, user = '') => `${scheme}${user}:${secret}@`,
  );
  return { kind: 'postgres', url };
}
