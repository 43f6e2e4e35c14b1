import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { InvalidCursorError } from '../ddd/repository/index.js';
import type { ListQuery } from './list-query.js';

/** Characters of a digest: 96 bits. */
const digestLength = 16;

/**
 * The value of `after` on the wire: a repository's cursor, prefixed with a digest of its list, so that a token of one
 * list is never used for another.
 */
export class PageToken {
  readonly #digest: string;

  constructor(
    private readonly name: string,
    { filter, order }: Pick<ListQuery, 'filter' | 'order'>,
  ) {
    const digestInput = JSON.stringify([name, sortedByName(filter), Object.entries(order)]);
    this.#digest = createHash('sha256').update(digestInput).digest('base64url').slice(0, digestLength);
  }

  of(cursor: string | null): string | null {
    return cursor === null ? null : this.#digest + cursor;
  }

  /** The cursor in a token. @throws InvalidCursorError when it is of another list */
  read(token: string | null): string | null {
    if (token === null) return null;
    if (!token.startsWith(this.#digest)) throw new InvalidCursorError(this.name);
    return token.slice(digestLength);
  }
}

/** Sorts the entries at every depth: the order in which a client writes its parameters has no meaning. */
function sortedByName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByName);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => [name, sortedByName(inner)]);
}
