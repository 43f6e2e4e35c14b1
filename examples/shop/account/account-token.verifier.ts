import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import type { Caller } from '../../../src/ddd/resource/index.js';
import { InvalidTokenError } from '../../../src/http/access/access.errors.js';
import { TokenVerifier } from '../../../src/http/access/token-verifier.js';

/**
 * Verifies the access tokens of the account service by its public keys, without a request for each. The end of a session
 * takes effect here when its token expires; ask the account service (`POST /session/introspect/`) where that is too late.
 */
@Injectable()
export class AccountTokenVerifier extends TokenVerifier {
  readonly #keys: JWTVerifyGetKey;

  /** @param accountServiceUrl its PUBLIC_URL */
  constructor(private readonly accountServiceUrl: string) {
    super();
    this.#keys = createRemoteJWKSet(new URL(`${accountServiceUrl}/.well-known/jwks.json`));
  }

  async verify(accessToken: string): Promise<Caller> {
    const { sub = '', sid, permissions } = await this.#claims(accessToken);
    return { id: sub, sessionId: String(sid), permissions: permissions as string[] };
  }

  async #claims(accessToken: string) {
    try {
      const { payload } = await jwtVerify(accessToken, this.#keys, {
        issuer: this.accountServiceUrl,
        audience: this.accountServiceUrl,
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        requiredClaims: ['sub', 'sid', 'exp', 'permissions'],
      });
      return payload;
    } catch (error) {
      // Any other error means that the keys could not be fetched, which is not the fault of the caller.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout))
        throw new InvalidTokenError();
      throw error;
    }
  }
}
