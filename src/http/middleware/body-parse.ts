import { HttpError } from '../errors/http.error.js';

/** Deeper than any of our bodies, and safe for recursive code. */
const maxDepth = 32;

/** @throws HttpError 400 when the bytes are not UTF-8, not JSON, not an object, or nested too deeply */
export function parseJson(bytes: Buffer): object {
  const value = parsed(decoded(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HttpError(400, 'The body must be a JSON object');
  if (depthExceeds(maxDepth, value))
    throw new HttpError(400, `The body may be nested at most ${maxDepth} levels deep`);
  return value;
}

/** The last of repeated fields wins, as in JSON. @throws HttpError 400 when the text or an escape is not UTF-8 */
export function parseForm(bytes: Buffer): object {
  const text = decoded(bytes);
  try {
    decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'The body must be a form in UTF-8, percent-encoded');
  }
  return Object.fromEntries(new URLSearchParams(text));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HttpError(400, 'The body must be UTF-8');
  }
}

function parsed(text: string): unknown {
  if (!text.trim()) return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body must be valid JSON');
  }
}

function depthExceeds(limit: number, value: object): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((node) =>
      typeof node === 'object' && node !== null ? (Object.values(node) as unknown[]) : [],
    );
  }
  return false;
}
