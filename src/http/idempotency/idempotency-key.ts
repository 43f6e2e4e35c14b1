import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors/http.error.js';

export const maxKeyLength = 255;

/** A string of RFC 9651: printable ASCII, in which `"` and `\` are escaped. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;
/** Sent by many clients: one word without the characters that quote or separate. */
const unquoted = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * The `Idempotency-Key` of a request.
 * @returns undefined without one
 * @throws HttpError 400 for one that is malformed
 */
export function idempotencyKeyOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const field = headers['idempotency-key'];
  if (field === undefined) return undefined;
  const fields = rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'idempotency-key',
  );
  const text = String(field).trim();
  const key = quoted.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? unquoted.exec(text)?.[0];
  if (fields.length !== 1 || key === undefined || key.length > maxKeyLength)
    throw new HttpError(
      400,
      `The Idempotency-Key header must be one string in quotes, of 1 to ${maxKeyLength} printable ASCII characters, ` +
        'such as "8e03978e-40d5-43dd-bc93-6894a57f9324"',
    );
  return key;
}
