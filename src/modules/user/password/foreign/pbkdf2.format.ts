import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { assertAffordable, readBase64 } from './foreign-cost.js';
import type { ForeignHash } from './foreign-hash.js';

const derived = promisify(pbkdf2);

/** A few seconds. Django 6 has 1,200,000 rounds. */
const maxRounds = 10_000_000;

const digestBytes: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** The salt is text, and is not decoded. */
const django = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]{4,64})\$([A-Za-z0-9+/]{22,88}={0,2})$/;
/** As a credential of Keycloak is stored. */
const phc = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+)\$([A-Za-z0-9+/]{8,86})\$([A-Za-z0-9+/]{22,86})$/;

export const djangoHash = (stored: string) => pbkdf2Of(django.exec(stored), (salt) => salt);
export const pbkdf2Hash = (stored: string) => pbkdf2Of(phc.exec(stored), readBase64);

function pbkdf2Of(
  found: RegExpExecArray | null,
  saltOf: (text: string) => string | Buffer,
): ForeignHash | undefined {
  if (!found) return undefined;
  const [, algorithm = '', count, saltText = '', digestText = ''] = found;
  const [rounds, digest, salt] = [Number(count), readBase64(digestText), saltOf(saltText)];
  const blocks = Math.ceil(digest.length / (digestBytes[algorithm] ?? NaN));
  assertAffordable(rounds >= 1 && rounds * blocks <= maxRounds);
  return {
    work: `pbkdf2 ${algorithm} ${rounds} ${blocks}`,
    digest,
    derive: (plain) => derived(plain, salt, rounds, digest.length, algorithm),
  };
}
