import { createHash } from 'node:crypto';
import { HttpRefusal } from '../http/http-refusal.js';

/** The tag of what a client sees of a record: another one as soon as anything of it changes. */
export function entityTag(view: object): string {
  return `"${createHash('sha256').update(JSON.stringify(view)).digest('base64url')}"`;
}

/**
 * Whether a change may go ahead that the client made under `If-Match`: it may when none was given.
 * @throws HttpRefusal 412 when the record is no longer what the client has seen
 */
export function requireMatch(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((one) => one.trim());
  if (!tags.includes('*') && !tags.includes(tag))
    throw new HttpRefusal(412, 'The record has been changed meanwhile: fetch it again');
}
