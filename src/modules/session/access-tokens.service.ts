import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { SigningKeys } from './key/signing-keys.service.js';
import type { Grant } from './session-life.js';
import { signAccessToken } from './token/access-token.js';

export interface IssuedToken {
  readonly token: string;
  /** Seconds for which it is valid. */
  readonly expiresIn: number;
}

/** Issues access tokens. Not for use inside a unit of work, which may be rolled back or rerun. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly settings: Settings,
    private readonly keys: SigningKeys,
  ) {}

  /** @throws UnreadableKeyError */
  async issue({ accountId, sessionId, authenticatedAt, permissions }: Grant): Promise<IssuedToken> {
    const { keyId, privateKey } = await this.keys.signer();
    const { publicUrl } = this.settings.service;
    const expiresIn = this.settings.session.accessTokenLifetimeMs / 1_000;
    const iat = seconds(Date.now());
    const token = signAccessToken(
      {
        iss: publicUrl,
        aud: publicUrl,
        sub: accountId,
        sid: sessionId,
        jti: randomUUID(),
        iat,
        exp: iat + expiresIn,
        auth_time: seconds(authenticatedAt),
        permissions,
      },
      keyId,
      privateKey,
    );
    return { token, expiresIn };
  }
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);
