import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InvalidAccessTokenError } from '../session.errors.js';

/** The claims of an access token, exactly these. Times are in whole seconds since 1970. */
export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  /** The account. */
  readonly sub: string;
  /** The session. */
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** When the person proved who they are; a refresh does not change it. */
  readonly auth_time: number;
  readonly permissions: readonly string[];
}

/** A well-formed token. Its signature and claims are not verified yet. */
export interface ParsedToken {
  readonly keyId: string;
  readonly claims: AccessClaims;
  readonly signed: string;
  readonly signature: Buffer;
}

const maxLength = 4_096;
/** Seconds by which the clock of another process may be ahead of ours. */
const leewaySeconds = 30;
const alg = 'EdDSA';
/** RFC 9068, so that no other JWT of the same issuer is accepted as an access token. */
const typ = 'at+jwt';

/** Signed synchronously: WebCrypto would queue behind the password hashes in libuv's pool (measured: up to 464 ms). */
export function signAccessToken(claims: AccessClaims, kid: string, privateKey: KeyObject): string {
  const signed = `${encode({ alg, typ, kid })}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** @throws InvalidAccessTokenError for anything but a JWT of the kind that we sign */
export function parseAccessToken(token: string): ParsedToken {
  if (token.length > maxLength) throw new InvalidAccessTokenError('it is too long');
  const [, header = '', payload = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  const { alg: algorithm, typ: type, kid, crit } = decode(header);
  if (algorithm !== alg) throw new InvalidAccessTokenError(`its alg is not ${alg}`);
  if (type !== typ) throw new InvalidAccessTokenError(`its typ is not ${typ}`);
  if (typeof kid !== 'string' || !/^\w{1,32}$/.test(kid) || crit !== undefined)
    throw new InvalidAccessTokenError('its header is not one of ours');
  const bytes = Buffer.from(signature, 'base64url');
  // The last character has bits that decode to nothing: without this a token could be altered and still verify.
  if (bytes.toString('base64url') !== signature)
    throw new InvalidAccessTokenError('its signature is malformed');
  return {
    keyId: kid,
    claims: decode(payload) as unknown as AccessClaims,
    signed: `${header}.${payload}`,
    signature: bytes,
  };
}

/** @throws InvalidAccessTokenError unless this key has signed it */
export function assertSignedBy(publicKey: KeyObject, { signed, signature }: ParsedToken): void {
  if (!verify(null, Buffer.from(signed), publicKey, signature))
    throw new InvalidAccessTokenError('its signature is wrong');
}

/** @throws InvalidAccessTokenError unless they are for us and for this moment */
export function assertClaims(
  { iss, aud, sub, sid, iat, exp }: AccessClaims,
  issuer: string,
  nowMs: number,
): void {
  if (iss !== issuer || aud !== issuer)
    throw new InvalidAccessTokenError('it was issued by or for another service');
  if (typeof sub !== 'string' || typeof sid !== 'string' || !Number.isInteger(iat) || !Number.isInteger(exp))
    throw new InvalidAccessTokenError('its claims are not ours');
  const now = nowMs / 1_000;
  if (exp <= now) throw new InvalidAccessTokenError('it has expired');
  if (iat > now + leewaySeconds) throw new InvalidAccessTokenError('it is not valid yet');
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Rejected below, like JSON that is not an object.
  }
  throw new InvalidAccessTokenError('it is not a JWT');
}
