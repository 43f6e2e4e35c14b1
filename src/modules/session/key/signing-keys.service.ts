import type { KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { InvalidSettingsError } from '../../../config/invalid-settings.error.js';
import { Settings } from '../../../config/settings.js';
import { dayMs } from '../../../ddd/timing/index.js';
import { SigningKeyRepository } from '../signing-key.repository.js';
import type { SigningKey } from '../signing-key.entity.js';
import { jwkOf, newKey, privateKeyOf, publicKeyOf } from './key-pair.js';
import type { PublicJwk } from './key-pair.js';
import { KeySecret } from './key-secret.js';
import { KeyWorker } from './key.worker.js';

/** A private key with its `kid`. */
export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

export const rotationMs = 90 * dayMs;
/** A process that read the current key just before a rotation may still sign with it. */
const graceMs = 60_000;
/** How long operators can see a revoked key. */
const revokedMs = 90 * dayMs;

/** The signing keys that all processes share. The database decides which one signs; only key objects are cached. */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap {
  readonly #logger = new Logger(SigningKeys.name);
  readonly #publicKeys = new Map<string, KeyObject>();
  #signer: Signer | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly secret: KeySecret,
    private readonly keys: SigningKeyRepository,
    private readonly worker: KeyWorker,
  ) {}

  /** @throws InvalidSettingsError, which stops the start: every sign-in to a session would fail */
  async onApplicationBootstrap(): Promise<void> {
    const current = await this.keys.findInState('current');
    if (!current || this.secret.isEmbedded || this.isReadable(current)) return;
    throw new InvalidSettingsError([
      {
        name: 'KEY_SECRET',
        problem:
          `does not decrypt the signing key ${current.id}: put back the secret that it was encrypted under, or replace the ` +
          'key with npm run keys -- rotate',
      },
    ]);
  }

  /** The key that signs now. Creates the first keys when there are none. @throws UnreadableKeyError */
  async signer(): Promise<Signer> {
    const current = await this.#current();
    if (this.#signer?.keyId === current.id) return this.#signer;
    const signer = await this.#open(current);
    this.#signer = signer;
    return signer;
  }

  /** @returns undefined for an unknown key */
  async publicKey(id: string): Promise<KeyObject | undefined> {
    const known = this.#publicKeys.get(id);
    if (known) return known;
    const found = await this.keys.find({ id });
    if (!found) return undefined;
    const key = publicKeyOf(found);
    this.#publicKeys.set(id, key);
    return key;
  }

  /** The keys that a verifier needs: those of tokens that may still be valid, and the next one to sign. */
  async published(): Promise<PublicJwk[]> {
    await this.#current();
    const keys = await this.list();
    return keys.filter((key) => this.#isPublished(key)).map(jwkOf);
  }

  /** All keys in the table, newest first. */
  list(): Promise<SigningKey[]> {
    return this.keys.list({}, { order: { createdAt: 'desc' }, limit: 1_000 });
  }

  isReadable(key: SigningKey): boolean {
    try {
      privateKeyOf(key, this.secret.bytes);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Promotes the next key to sign, and publishes a new next key.
   * @param unlessYoungerMs keeps a current key that is younger than this
   * @returns the key that signs now; null when the current one was kept
   */
  async rotate(unlessYoungerMs = 0): Promise<SigningKey | null> {
    const now = Date.now();
    return this.worker.run(async ({ key }) => {
      const current = await key.findInState('current');
      if (current && unlessYoungerMs && now - (current.activatedAt ?? 0) < unlessYoungerMs) return null;
      if (current) await key.end(current.id, 'retired', now);
      return this.#fill(key, now);
    });
  }

  /** From now on, every token of the key is refused. @returns false when the key is unknown or already revoked */
  async revoke(id: string): Promise<boolean> {
    const now = Date.now();
    return this.worker.run(async ({ key }) => {
      const found = await key.find({ id });
      if (!found || found.state === 'revoked') return false;
      await key.end(id, 'revoked', now);
      await this.#fill(key, now);
      return true;
    });
  }

  /** Rotates keys that are due, and deletes those that are no longer needed. */
  async maintain(): Promise<void> {
    const current = await this.keys.findInState('current');
    if (current && Date.now() - (current.activatedAt ?? 0) >= rotationMs && (await this.rotate(rotationMs)))
      this.#logger.log('The signing keys were rotated');
    const now = Date.now();
    await this.keys.drop({ state: 'retired', endedAt: { lt: now - this.#retiredMs } });
    await this.keys.drop({ state: 'revoked', endedAt: { lt: now - revokedMs } });
  }

  #isPublished({ state, endedAt }: SigningKey): boolean {
    if (state === 'retired') return (endedAt ?? 0) > Date.now() - this.#retiredMs;
    return state !== 'revoked';
  }

  get #retiredMs(): number {
    return this.settings.session.accessTokenLifetimeMs + graceMs;
  }

  async #current(): Promise<SigningKey> {
    const current = await this.keys.findInState('current');
    if (current) return current;
    await this.worker.run(({ key }) => this.#fill(key, Date.now()));
    return this.keys.retrieve({ state: 'current' });
  }

  /** Ensures that one key signs and another is published as the next. @returns the one that signs */
  async #fill(keys: SigningKeyRepository, now: number): Promise<SigningKey | null> {
    if (!(await keys.findInState('current'))) await this.#promoteNext(keys, now);
    await keys.add({ ...newKey(this.secret.bytes), state: 'next', createdAt: now, activatedAt: null });
    return keys.findInState('current');
  }

  async #promoteNext(keys: SigningKeyRepository, now: number): Promise<void> {
    const next = await keys.findInState('next');
    if (next && this.isReadable(next)) return keys.promote(next.id, now);
    if (next) await keys.end(next.id, 'retired', now);
    await keys.add({ ...newKey(this.secret.bytes), state: 'current', createdAt: now, activatedAt: now });
  }

  /** A lost embedded secret, as after a restored backup, cannot be recovered: new keys replace the unreadable ones. */
  async #open(key: SigningKey): Promise<Signer> {
    try {
      return this.#signerOf(key);
    } catch (error) {
      const replacement = this.secret.isEmbedded ? await this.rotate() : null;
      if (!replacement) throw error;
      this.#logger.warn('The signing keys could not be decrypted, and were replaced');
      return this.#signerOf(replacement);
    }
  }

  #signerOf(key: SigningKey): Signer {
    return { keyId: key.id, privateKey: privateKeyOf(key, this.secret.bytes) };
  }
}

/** For commands, which do not start the app. @throws InvalidSettingsError without a KEY_SECRET where one is needed */
export const signingKeysOf = (dataSource: DataSource, settings: Settings): SigningKeys =>
  new SigningKeys(
    settings,
    new KeySecret(settings),
    new SigningKeyRepository(dataSource),
    new KeyWorker(dataSource),
  );
