import { createHash } from 'node:crypto';
import type { ParsedToken } from './access-token.js';

/** What a verified token says. */
export type VerifiedToken = Pick<ParsedToken, 'keyId' | 'claims'>;

/** About 1 KB each. */
const maxTokens = 2_000;

/**
 * The tokens whose signature has been verified: it does not change, and verifying it costs more than everything else that
 * a token needs. Whether a token is still valid is asked anew each time. Only tokens that we signed get in here, so
 * strangers cannot fill it, and a hash of each is kept, so it holds nothing that could be used.
 */
export class VerifiedTokens {
  /** Least recently used first. */
  readonly #tokens = new Map<string, VerifiedToken>();

  /** @param verify is called for a token that is not known, and throws for one that is not ours */
  async verified(token: string, verify: () => Promise<VerifiedToken>): Promise<VerifiedToken> {
    const hash = createHash('sha256').update(token).digest('base64');
    const found = this.#tokens.get(hash) ?? (await verify());
    this.#tokens.delete(hash);
    this.#tokens.set(hash, { keyId: found.keyId, claims: found.claims });
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size > maxTokens) this.#tokens.delete(oldest);
    return found;
  }
}
