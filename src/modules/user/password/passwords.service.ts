import { Injectable } from '@nestjs/common';
import { hashRaw, verify, type Options } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { Settings } from '../../../config/settings.js';
import { FailedCheckCosts } from './failed-check-costs.js';
import type { CheckCost } from './failed-check-costs.js';
import { matchesForeignHash, readForeignHash } from './foreign/foreign-formats.js';
import { HashLimiter } from './hash-limiter.js';
import { UnreadableHashError } from './password.errors.js';
import { base64, readStoredHash } from './stored-hash.js';

const saltBytes = 16;
const outputBytes = 32;

/**
 * Hashes and checks passwords: Argon2id with a salt each, and the pepper where one is configured, all through the
 * limiter. Hashes of other programs, which an import brought, are checked until a sign-in replaces them. Every method that
 * hashes rejects with HashingSaturatedError when too many are waiting, and takes a signal that ends the wait. Never call one
 * inside a unit of work.
 */
@Injectable()
export class Passwords {
  private readonly options: Options;
  private readonly failedCheckCosts: FailedCheckCosts;
  /** The prefix of every hash made with the current settings. */
  private readonly prefix: string;

  constructor(
    private readonly settings: Settings,
    private readonly limiter: HashLimiter,
  ) {
    const { memoryKib, iterations, parallelism, pepper } = settings.password;
    this.failedCheckCosts = new FailedCheckCosts(settings.password);
    const [keyId] = pepper.keys();
    this.options = {
      memoryCost: memoryKib,
      timeCost: iterations,
      parallelism,
      outputLen: outputBytes,
      ...this.secret(keyId),
    };
    const key = keyId === undefined ? '' : `,keyid=${base64(Buffer.from(keyId))}`;
    this.prefix = `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}${key}$`;
  }

  /** @returns a PHC string of at most 120 characters with all that `verify` needs except the pepper */
  async hash(plain: string, signal?: AbortSignal): Promise<string> {
    const salt = randomBytes(saltBytes);
    const output = await this.limiter.run(() => hashRaw(bytesOf(plain), { ...this.options, salt }), signal);
    return `${this.prefix}${base64(salt)}$${base64(output)}`;
  }

  /**
   * With strict privacy a wrong password takes the same work whatever the stored hash cost: otherwise the response time
   * would reveal old accounts.
   * @throws UnreadableHashError when `stored` is malformed, too costly, or of a pepper that is not configured
   */
  async verify(plain: string, stored: string, signal?: AbortSignal): Promise<boolean> {
    const { cost, matches } = this.checkOf(stored);
    this.failedCheckCosts.meet(cost);
    return this.limiter.run(async () => {
      const isRight = await matches(plain);
      if (!isRight) await this.equalizeWork(plain, cost);
      return isRight;
    }, signal);
  }

  /** Takes note of what a stored hash cost, for the work of failed checks. One that cannot be read is left out. */
  meet(stored: string): void {
    try {
      this.failedCheckCosts.meet(this.checkOf(stored).cost);
    } catch (error) {
      if (!(error instanceof UnreadableHashError)) throw error;
    }
  }

  /** Does the work of `verify` for an account that does not exist, so that the response time reveals nothing. */
  async verifyAgainstNothing(plain: string, signal?: AbortSignal): Promise<false> {
    await this.limiter.run(async () => {
      await hashRaw(bytesOf(plain), this.options);
      await this.equalizeWork(plain, this.settings.password);
    }, signal);
    return false;
  }

  /**
   * Whether the settings have changed since `stored` was made, or another program made it.
   * @throws UnreadableHashError when `stored` is malformed or too costly
   */
  needsRehash(stored: string): boolean {
    if (readForeignHash(stored)) return true;
    const made = readStoredHash(stored);
    return (
      !stored.startsWith(this.prefix) || made.saltBytes !== saltBytes || made.outputBytes !== outputBytes
    );
  }

  /** What checking a stored hash costs, and the check itself. */
  private checkOf(stored: string): {
    readonly cost: CheckCost;
    readonly matches: (plain: string) => Promise<boolean>;
  } {
    const foreign = readForeignHash(stored);
    if (foreign)
      return { cost: foreign, matches: (plain) => matchesForeignHash(foreign, plain.normalize('NFC')) };
    const { keyId, cost } = readStoredHash(stored);
    const secret = this.secret(keyId);
    return { cost, matches: (plain) => verify(stored, bytesOf(plain), secret) };
  }

  private async equalizeWork(plain: string, done: CheckCost): Promise<void> {
    if (this.settings.account.privacy === 'disclose') return;
    for (const cost of this.failedCheckCosts.after(done)) {
      if ('work' in cost) {
        await cost.derive(plain);
        continue;
      }
      const { memoryKib: memoryCost, iterations: timeCost, parallelism } = cost;
      await hashRaw(bytesOf(plain), { ...this.options, memoryCost, timeCost, parallelism });
    }
  }

  private secret(keyId: string | undefined): Pick<Options, 'secret'> {
    if (keyId === undefined) return {};
    const secret = this.settings.password.pepper.get(keyId);
    if (secret === undefined)
      throw new UnreadableHashError(
        `its pepper ${keyId} is not configured: put it back into PASSWORD_PEPPER`,
      );
    return { secret: Buffer.from(secret) };
  }
}

/** NFC (RFC 8265): a letter typed composed or decomposed is the same password; nothing else is normalized. */
const bytesOf = (plain: string) => Buffer.from(plain.normalize('NFC'));
