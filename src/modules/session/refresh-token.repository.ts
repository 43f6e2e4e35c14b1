import { SqlTableRepository } from '../../ddd/repository/index.js';
import { RefreshToken } from './refresh-token.entity.js';
import { hashToken } from './token/opaque-token.js';

/** The refresh tokens, by their hash. */
export class RefreshTokenRepository extends SqlTableRepository<RefreshToken> {
  protected readonly entity = RefreshToken;

  async issue(token: string, sessionId: string, generation: number): Promise<void> {
    await this.create({
      hash: hashToken(token),
      sessionId,
      generation,
      usedAt: null,
      successorSalt: null,
    });
  }

  findToken(token: string): Promise<RefreshToken | null> {
    return this.find({ hash: hashToken(token) });
  }

  /** @returns false when it has been used before */
  async use({ hash }: RefreshToken, successorSalt: string, now: number): Promise<boolean> {
    return (await this.update({ usedAt: now, successorSalt }, { hash, usedAt: null })) > 0;
  }

  /** How many tokens of the session were issued after this one. */
  countAfter({ sessionId, generation }: RefreshToken): Promise<number> {
    return this.count({ sessionId, generation: { gt: generation } });
  }

  /** Makes it impossible to compute the successor of a token, which can then no longer be repeated. */
  async forgetSuccessor(sessionId: string, generation: number): Promise<void> {
    await this.update({ successorSalt: null }, { sessionId, generation });
  }
}
