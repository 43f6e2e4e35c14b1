import { SqlTableRepository } from '../../ddd/repository/index.js';
import { SigningKey } from './signing-key.entity.js';
import type { KeyState } from './signing-key.entity.js';

/** The signing keys. */
export class SigningKeyRepository extends SqlTableRepository<SigningKey> {
  protected readonly entity = SigningKey;

  /** There is at most one of these. */
  findInState(state: 'current' | 'next'): Promise<SigningKey | null> {
    return this.find({ state });
  }

  /** @returns null when another process has put one there */
  add(key: Omit<SigningKey, 'endedAt'>): Promise<SigningKey | null> {
    return this.createUnlessExists({ ...key, endedAt: null });
  }

  async promote(id: string, now: number): Promise<void> {
    await this.update({ state: 'current', activatedAt: now }, { id, state: 'next' });
  }

  /** It will never sign again, so its private key goes. */
  async end(id: string, state: Extract<KeyState, 'retired' | 'revoked'>, now: number): Promise<void> {
    await this.update({ state, endedAt: now, privateKey: null }, { id });
  }
}
