import { createHash } from 'node:crypto';
import { readBase64 } from './foreign-cost.js';
import type { ForeignHash } from './foreign-hash.js';

const digestBytes = 64;

/** LDAP: the digest, then the salt, in base64. */
const ldap = /^\{SSHA512\}([A-Za-z0-9+/]{91,172}={0,2})$/;
const plainText = /^sha512\$([^$]{1,64})\$([0-9A-Fa-f]{128})$/;

export function saltedShaHash(stored: string): ForeignHash | undefined {
  const [, encoded] = ldap.exec(stored) ?? [];
  if (encoded) {
    const bytes = readBase64(encoded);
    const salt = bytes.subarray(digestBytes);
    return sha512Of(bytes.subarray(0, digestBytes), (plain) => [plain, salt]);
  }
  const [, salt, digest] = plainText.exec(stored) ?? [];
  if (!salt || !digest) return undefined;
  return sha512Of(Buffer.from(digest, 'hex'), (plain) => [salt, plain]);
}

function sha512Of(digest: Buffer, partsOf: (plain: string) => (string | Buffer)[]): ForeignHash {
  return {
    work: 'sha512',
    digest,
    derive: (plain) => {
      const hash = createHash('sha512');
      for (const part of partsOf(plain)) hash.update(part);
      return Promise.resolve(hash.digest());
    },
  };
}
