import { SqlTableRepository } from '../../ddd/repository/index.js';
import { SigningKey } from './signing-key.entity.js';
import type { KeyState } from './signing-key.entity.js';

/** The signing keys. */
export class SigningKeyRepository extends SqlTableRepository<SigningKey> {
  protected readonly entity = SigningKey;

  /** At most one key is in this state. */
  findInState(state: 'current' | 'next'): Promise<SigningKey | null> {
    return this.find({ state });
  }

  /** @returns null when another process has added one in this state */
  add(key: Omit<SigningKey, 'endedAt'>): Promise<SigningKey | null> {
    return this.createUnlessExists({ ...key, endedAt: null });
  }

  async promote(id: string, now: number): Promise<void> {
    await this.update({ state: 'current', activatedAt: now }, { id, state: 'next' });
  }

  /** Deletes its private key, because it never signs again. */
  async end(id: string, state: Extract<KeyState, 'retired' | 'revoked'>, now: number): Promise<void> {
    await this.update({ state, endedAt: now, privateKey: null }, { id });
  }
}
