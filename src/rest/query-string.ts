import { HttpError } from '../http/errors/http.error.js';
import { FieldErrorCollector } from './field-error-collector.js';

/**
 * The parameters of a request target. Anything that cannot be read exactly is rejected: a misread parameter widens what
 * a request affects.
 * @returns undefined when it has no query, not even an empty one
 * @throws InvalidFieldsError for what is not percent-encoded UTF-8; HttpError 400 for a fragment
 */
export function readQuery(target: string): URLSearchParams | undefined {
  if (target.includes('#')) throw new HttpError(400, 'A request has no fragment: encode # as %23');
  const start = target.indexOf('?');
  if (start < 0) return undefined;
  const errors = new FieldErrorCollector();
  const query = new URLSearchParams();
  for (const piece of target
    .slice(start + 1)
    .split('&')
    .filter(Boolean)) {
    const [name = '', ...value] = piece.split('=');
    const decodedName = decoded(name);
    const decodedValue = decoded(value.join('='));
    if (decodedName !== undefined && decodedValue !== undefined) query.append(decodedName, decodedValue);
    else errors.add(decodedName ?? name, 'encoding', 'Must be UTF-8, percent-encoded');
  }
  errors.refuse();
  return query;
}

/** @returns undefined when the text is not percent-encoded UTF-8 */
function decoded(text: string): string | undefined {
  try {
    return /^[\x20-\x7e]*$/.test(text) ? decodeURIComponent(text.replaceAll('+', '%20')) : undefined;
  } catch {
    return undefined;
  }
}
