import { Injectable } from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import { Settings } from '../../config/settings.js';
import { SigningKeys } from './key/signing-keys.service.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { InvalidAccessTokenError, InvalidRefreshTokenError } from './session.errors.js';
import { SessionRepository } from './session.repository.js';
import { assertClaims, assertSignedBy, parseAccessToken } from './token/access-token.js';
import type { AccessClaims } from './token/access-token.js';
import { VerifiedTokens } from './token/verified-tokens.js';
import type { VerifiedToken } from './token/verified-tokens.js';

/**
 * Verifies tokens, and that their session is live. Of a session nothing is cached, so one that ends in one process ends in
 * all.
 */
@Injectable()
export class SessionVerifier {
  readonly #verified = new VerifiedTokens();

  constructor(
    private readonly settings: Settings,
    private readonly keys: SigningKeys,
    private readonly sessions: SessionRepository,
    private readonly refreshTokens: RefreshTokenRepository,
  ) {}

  /** @throws InvalidAccessTokenError */
  async verify(accessToken: string): Promise<Caller> {
    return (await this.inspect(accessToken)).caller;
  }

  /** Whose session a refresh token belongs to, without using it. @throws InvalidRefreshTokenError */
  async verifyRefreshToken(refreshToken: string): Promise<Caller> {
    const found = await this.refreshTokens.findToken(refreshToken);
    const live = found && (await this.sessions.findLive(found.sessionId, Date.now()));
    if (!live) throw new InvalidRefreshTokenError();
    return { id: live.accountId, sessionId: live.id, permissions: live.permissions };
  }

  /** @returns the caller and the claims of the token @throws InvalidAccessTokenError */
  async inspect(accessToken: string): Promise<{ readonly caller: Caller; readonly claims: AccessClaims }> {
    const { keyId, claims } = await this.#verified.verified(accessToken, () => this.#verify(accessToken));
    const now = Date.now();
    assertClaims(claims, this.settings.service.publicUrl, now);
    const live = await this.sessions.findLive(claims.sid, now, keyId);
    if (live?.accountId !== claims.sub)
      throw new InvalidAccessTokenError('its session is over, or its key is revoked');
    return { caller: { id: claims.sub, sessionId: claims.sid, permissions: live.permissions }, claims };
  }

  /** @throws InvalidAccessTokenError unless one of our keys has signed it */
  async #verify(accessToken: string): Promise<VerifiedToken> {
    const parsed = parseAccessToken(accessToken);
    const key = await this.keys.publicKey(parsed.keyId);
    if (!key) throw new InvalidAccessTokenError('its key is not one of ours');
    assertSignedBy(key, parsed);
    return parsed;
  }
}
