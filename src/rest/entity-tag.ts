import { createHash } from 'node:crypto';
import { HttpError } from '../http/errors/http.error.js';

/** The tag of a record as a client sees it: it changes with every visible change. */
export function entityTag(view: object): string {
  return `"${createHash('sha256').update(JSON.stringify(view)).digest('base64url')}"`;
}

interface ConditionalHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/**
 * The preconditions of a request (RFC 9110, section 13): `If-Match` requires a tag that the client has seen,
 * `If-None-Match` excludes one, and `*` stands for any existing record.
 */
export class Preconditions {
  readonly #ifMatch: readonly string[] | undefined;
  readonly #ifNoneMatch: readonly string[] | undefined;

  /** @throws HttpError 400 for a header that is not a list of tags */
  constructor(headers: ConditionalHeaders) {
    this.#ifMatch = tagsIn('If-Match', headers['if-match']);
    this.#ifNoneMatch = tagsIn('If-None-Match', headers['if-none-match']);
  }

  get areGiven(): boolean {
    return this.#ifMatch !== undefined || this.#ifNoneMatch !== undefined;
  }

  /**
   * @param tag of the current state; undefined for a collection, which has none
   * @throws HttpError 412 when the precondition fails
   */
  require(tag: string | undefined): void {
    if (!(this.#ifMatch ?? ['*']).some((one) => one === '*' || one === tag))
      throw new HttpError(412, 'The record has been changed meanwhile: fetch it again');
    if (this.#ifNoneMatch?.some((one) => one === '*' || withoutWeakness(one) === tag))
      throw new HttpError(412, 'The record exists, which If-None-Match excludes');
  }
}

const tag = /^(?:\*|(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")$/;

/** Tags may contain commas themselves. */
function tagsIn(name: string, header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  const tags = (header.match(/(?:[^,"]|"[^"]*")+|"/g) ?? []).map((one) => one.trim()).filter(Boolean);
  if (!tags.length || !tags.every((one) => tag.test(one)))
    throw new HttpError(400, `${name} must be a list of entity tags in quotes, or *`);
  return tags;
}

/** A weak tag never satisfies If-Match, which compares strongly, but If-None-Match excludes what it names. */
const withoutWeakness = (one: string) => one.replace(/^W\//, '');
