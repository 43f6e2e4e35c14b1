import { isIP } from 'node:net';

/** A whole number within inclusive bounds. */
export const integer =
  (min: number, max: number) =>
  (input: string): number => {
    const value = Number(input);
    if (!/^\d{1,15}$/.test(input) || value < min || value > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  };

/** A TCP port; 0 picks a free one. */
export const port = integer(0, 65_535);

/** A number of milliseconds that is a multiple of 1000, within inclusive bounds in seconds. */
export const integerSeconds =
  (min: number, max: number) =>
  (input: string): number => {
    const value = Number(input);
    if (!/^\d{1,15}$/.test(input) || value % 1_000 || value < min * 1_000 || value > max * 1_000)
      throw new Error(`must be a multiple of 1000 from ${min * 1_000} to ${max * 1_000}`);
    return value;
  };

/** How many proxies in front are trusted, or their addresses and networks, separated by commas. */
export function trustedProxies(input: string): number | readonly string[] {
  if (/^\d+$/.test(input)) return integer(0, 16)(input);
  const networks = input.split(',').map((one) => one.trim());
  if (!networks.every(isNetwork))
    throw new Error(
      'must be a whole number from 0 to 16, or addresses and networks separated by commas, as in 10.0.0.0/8,fd00::/8',
    );
  return networks;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (!family || more.length || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** 32 bytes in base64. */
export function secretKey(input: string): string {
  const bytes = Buffer.from(input, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64').replace(/=$/, '') !== input.replace(/=$/, ''))
    throw new Error(
      'must be base64 of 32 random bytes: generate them with openssl rand -base64 32, and keep them',
    );
  return input;
}

export const oneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (input: string): Word => {
    const word = words.find((candidate) => candidate === input);
    if (word === undefined) throw new Error(`must be one of: ${words.join(', ')}`);
    return word;
  };

export const onOrOff = (input: string): boolean => oneOf('on', 'off')(input) === 'on';

/** A host name or address to listen on. */
export function hostName(input: string): string {
  if (!/^[a-zA-Z0-9.:_-]+$/.test(input)) throw new Error('must be a host name or an IP address');
  return input;
}

export const anyText = (input: string): string => input;

/** A path in the file system, relative ones from the working directory. */
export function path(input: string): string {
  if (input.includes('\0')) throw new Error('must be a path');
  return input;
}

/** An absolute URL with one of the given schemes; a trailing slash is dropped. */
export const url =
  (...schemes: readonly string[]) =>
  (input: string): string =>
    absoluteUrl(input, schemes);

/** The http URL of another program, with credentials where it asks for them. Paths are appended to it. */
export function serviceUrl(input: string): string {
  const address = absoluteUrl(input, ['http', 'https']);
  // In the text, because `URL` does not distinguish an empty query or fragment from none.
  const [mark] = /[?#]/.exec(input) ?? [];
  if (mark)
    throw new Error(
      `must have no ${mark === '?' ? 'query' : 'fragment'} (${mark}), because paths are appended to it`,
    );
  return address;
}

function absoluteUrl(input: string, schemes: readonly string[]): string {
  const parsed = URL.canParse(input) ? new URL(input) : undefined;
  if (!parsed?.hostname || !schemes.includes(parsed.protocol.slice(0, -1)))
    throw new Error(`must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
  return input.replace(/\/+$/, '');
}

/** An http URL that paths are added to: no query, no fragment, no credentials; a trailing slash is dropped. */
export function baseUrl(input: string): string {
  if (!isWebUrl(input) || /[?#@]/.test(input))
    throw new Error(
      'must be a URL that starts with http:// or https://, without query, fragment or password',
    );
  return input.replace(/\/+$/, '');
}

/** Origins of web pages, separated by commas, each as a browser sends it. */
export function origins(input: string): readonly string[] {
  const list = input.split(',').map((one) => one.trim());
  const wrong = list.findIndex((one) => !isWebUrl(one) || new URL(one).origin !== one);
  if (wrong >= 0)
    throw new Error(
      'must be origins separated by commas, each of scheme, host and port in lower case, as in https://www.example.com; ' +
        `number ${wrong + 1} is not`,
    );
  return list;
}

/** A link that a person follows, kept as it is. */
export function link(input: string): string {
  if (!isWebUrl(input)) throw new Error('must be a URL that starts with http:// or https://');
  return input;
}

const isWebUrl = (text: string) =>
  /^https?:\/\/[^/]/i.test(text) && !/[\s\p{C}]/u.test(text) && URL.canParse(text);

/** One line that people read, of at most 60 characters. */
export function title(input: string): string {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(input) || [...input].length > 60)
    throw new Error('must be one line of at most 60 characters, without control or invisible characters');
  return input;
}

/** An e-mail address, with or without a display name. */
export function mailAddress(input: string): string {
  if (!/^(?:[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(input))
    throw new Error('must be ADDRESS or NAME <ADDRESS>');
  return input;
}

/** A language as HTML names it, such as en or pt-BR. */
export function languageTag(input: string): string {
  if (!/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(input))
    throw new Error('must be a language tag, as in en or pt-BR');
  return input;
}
