import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SigningKey } from '../signing-key.entity.js';
import { UnreadableKeyError } from '../session.errors.js';
import { decrypt, encrypt } from './key-cipher.js';

const curve = { kty: 'OKP', crv: 'Ed25519' } as const;

/** A new Ed25519 key, its private half encrypted under the secret. */
export function newKey(secret: Buffer): Pick<SigningKey, 'id' | 'publicKey' | 'privateKey'> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // Letters and digits only: it is typed on command lines.
  const id = randomBytes(10).toString('hex');
  return {
    id,
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    privateKey: encrypt(secret, id, privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

/** @throws UnreadableKeyError when it was encrypted with another secret, or no longer signs */
export function privateKeyOf({ id, privateKey }: SigningKey, secret: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: decrypt(secret, id, privateKey ?? ''), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new UnreadableKeyError(id, { cause: error });
  }
}

export const publicKeyOf = ({ publicKey }: SigningKey): KeyObject =>
  createPublicKey({ key: { ...curve, x: publicKey }, format: 'jwk' });

/** The public JWK (RFC 8037). */
export const jwkOf = ({ id, publicKey }: SigningKey) => ({
  ...curve,
  x: publicKey,
  kid: id,
  use: 'sig',
  alg: 'EdDSA',
});

export type PublicJwk = ReturnType<typeof jwkOf>;
