import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';

export type DatabaseAddress =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

const syntax =
  'must be sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE, or the same with several hosts (HOST:PORT,HOST:PORT)';

/**
 * Reads `sqlite:PATH` (relative paths from the working directory) or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, where
 * several hosts may be separated by commas.
 * @throws Error when the text is neither; its message never repeats the text, which may hold a password.
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(text)?.[1];
  if (file?.includes(':memory:'))
    throw new Error('must name a file: an in-memory database cannot be shared between connections');
  if (file) return { kind: 'sqlite', file: resolve(file) };
  if (/^postgres(ql)?:\/\//.test(text)) {
    refuseMalformed(text);
    return { kind: 'postgres', url: text };
  }
  throw new Error(syntax);
}

/** One URL for each host, which several servers of the same database have: a primary and its standbys. */
export function postgresUrls(text: string): readonly [string, ...string[]] {
  const { before, hosts, after } = splitAtHosts(text);
  const [first = '', ...others] = hosts.map((host) => `${before}${host}${after}`);
  return [first, ...others];
}

function splitAtHosts(text: string) {
  const [, before = '', hosts = '', after = ''] = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(text) ?? [];
  return { before, hosts: hosts.split(','), after };
}

/**
 * Parses a PostgreSQL URL, whose host may also be a socket: postgres://USER@/DATABASE?host=/FOLDER
 * @returns the URL of its first host; undefined if one of the hosts is malformed
 */
export function parsePostgresUrl(text: string): URL | undefined {
  const { hosts } = splitAtHosts(text);
  if (hosts.length > 1 && hosts.includes('')) return undefined;
  // A URL with a user must have a host; the address of a socket has none.
  const [first, ...others] = postgresUrls(text.replace(/@\//, '@localhost/'));
  return [first, ...others].every((url) => URL.canParse(url)) ? new URL(first) : undefined;
}

/** The address without its password, for messages. */
export const redactPassword = (url: string) =>
  url.replace(/^(\w+:\/\/[^:@/]*):[^/]*@/, '$1@').replace(/([?&])password=[^&]*&?/, '$1');

/** Of libpq: any other could lead to a standby. */
const sessionAttributes = ['read-write', 'primary'];

/** The modes of the driver, which would treat any other word as verify-full. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function refuseMalformed(text: string): void {
  const url = parsePostgresUrl(text);
  if (!url || !(url.hostname || url.searchParams.get('host'))) throw new Error(syntax);
  const sslMode = url.searchParams.get('sslmode');
  if (sslMode !== null && !sslModes.includes(sslMode))
    throw new Error(`has an unknown sslmode: it must be one of ${sslModes.join(', ')}`);
  const attributes = url.searchParams.get('target_session_attrs');
  if (attributes !== null && !sessionAttributes.includes(attributes))
    throw new Error(
      `has an unsuitable target_session_attrs: only the primary can be used, so it must be ${sessionAttributes.join(' or ')}`,
    );
  refuseMissingFiles(url);
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    throw new Error(
      'has a % that does not start a percent-encoding: write the special characters of the user, the password and the database ' +
        'percent-encoded (% as %25, @ as %40, / as %2F)',
    );
  }
}

/** The driver reads the files when it first connects, and its error does not name the parameter. */
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

/** SQLite has no password, so one that is set for other programs is ignored. */
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

/** Adds the password to a PostgreSQL URL that has none, so that a client needs nothing but the URL. */
export function withPassword(address: DatabaseAddress, password: string | undefined): DatabaseAddress {
  if (!password || address.kind !== 'postgres') return address;
  const secret = encodeURIComponent(password);
  // As text, because the address of a socket is not a valid URL.
  const url = address.url.replace(
    /^(\w+:\/\/)(?:([^:@/?]*):?@)?/,
    (_, scheme: string, user = '') => `${scheme}${user}:${secret}@`,
  );
  return { kind: 'postgres', url };
}
