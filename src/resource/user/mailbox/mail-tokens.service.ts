import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DatabaseCountStore, Limits } from '../../../ddd/limit/index.js';
import type { Limit } from '../../../ddd/limit/index.js';
import type { OpenUnit, Repositories } from '../../../ddd/worker/index.js';
import type { MailSecrets } from '../../../modules/notification/index.js';
import { KeySecret } from '../../../modules/session/index.js';
import { RegisterWorker } from '../../../modules/user/index.js';
import type { MailToken, MailTokenPurpose, User } from '../../../modules/user/index.js';

export type Register = Repositories<(typeof RegisterWorker)['repositories']>;

/** What a person presents of a mail: the token of its link, or its code with the address that it was sent to. */
export type MailProof = { readonly token: string } | { readonly email: string; readonly code: string };

interface FoundToken {
  readonly token: MailToken;
  readonly user: User;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const lifetimes: Record<MailTokenPurpose, { readonly linkMs: number; readonly codeMs: number }> = {
  verification: { linkMs: 7 * day, codeMs: 15 * minute },
  reset: { linkMs: 30 * minute, codeMs: 30 * minute },
};

const maxTries = 5;
/** Bytes of the two halves of a token: by one it is found, the other is the secret. */
const idBytes = 16;
const secretBytes = 32;
const idLength = Math.ceil((idBytes * 8) / 6);

/** Issues the tokens and codes of mails, and recognizes them. They are random, stored as hashes, and used once. */
@Injectable()
export class MailTokens {
  constructor(
    private readonly secret: KeySecret,
    private readonly limits: Limits,
    private readonly counts: DatabaseCountStore,
  ) {}

  /** Codes of earlier mails are useless from now on; so are the links of a purpose whose link and code die together. */
  async issue(
    purpose: MailTokenPurpose,
    user: User,
    { mailToken }: Register,
    unit: OpenUnit,
  ): Promise<MailSecrets> {
    const { linkMs, codeMs } = lifetimes[purpose];
    if (linkMs === codeMs) await mailToken.drop({ accountId: user.id, purpose });
    else await mailToken.forgetCodes(user.id, purpose);
    await this.counts.within(unit).forget(triesOf(purpose).name, user.email);
    const now = Date.now();
    const id = randomBytes(idBytes).toString('base64url');
    const secret = randomBytes(secretBytes).toString('base64url');
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await mailToken.create({
      id,
      accountId: user.id,
      purpose,
      hash: hashOf(secret),
      codeHash: this.#codeHash(id, code),
      codeExpiresAt: now + codeMs,
      expiresAt: now + linkMs,
      createdAt: now,
      boundTo: stateOf(purpose, user),
      email: null,
    });
    return { token: id + secret, code };
  }

  /**
   * Counts a try of a code, whether the address has an account or not. Outside of units, so that a refusal is counted too.
   * @returns whether it may be tried
   */
  async mayTry(purpose: MailTokenPurpose, proof: MailProof): Promise<boolean> {
    if ('token' in proof) return true;
    return (await this.limits.take(triesOf(purpose), proof.email)).isAllowed;
  }

  /** @returns the token and its account; null when it is wrong, used, expired, or of another state of the account */
  async find(
    purpose: MailTokenPurpose,
    proof: MailProof,
    repositories: Register,
  ): Promise<FoundToken | null> {
    return 'token' in proof
      ? this.#byLink(purpose, proof.token, repositories)
      : this.#byCode(purpose, proof, repositories);
  }

  async #byLink(purpose: MailTokenPurpose, text: string, { user, mailToken }: Register) {
    const [id, secret] = [text.slice(0, idLength), text.slice(idLength)];
    const token = isId(id) ? await mailToken.find({ id, purpose }) : null;
    const account = token && (await user.find({ id: token.accountId }));
    const isRight = isSame(token?.hash ?? '', hashOf(secret));
    return isRight && token && account ? unlessOver(token, account, token.expiresAt) : null;
  }

  async #byCode(
    purpose: MailTokenPurpose,
    { email, code }: { readonly email: string; readonly code: string },
    { user, mailToken }: Register,
  ) {
    const account = await user.find({ email });
    const token = await mailToken.newest(account?.id ?? '', purpose);
    const isRight = isSame(token?.codeHash ?? '', this.#codeHash(token?.id ?? '', code));
    return isRight && token && account ? unlessOver(token, account, token.codeExpiresAt) : null;
  }

  #codeHash(id: string, code: string): string {
    return createHmac('sha256', this.secret.derive('mail codes')).update(`${id}\n${code}`).digest('hex');
  }
}

/** The window of tries is as long as a code lives, and a new code opens another one. */
const triesOf = (purpose: MailTokenPurpose): Limit => ({
  name: `${purpose}-codes`,
  max: maxTries,
  perMs: lifetimes[purpose].codeMs,
  store: 'database',
});

/** PostgreSQL refuses some characters in parameters. */
const isId = (text: string) => /^[\w-]{22}$/.test(text);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A reset dies with a change of the password, and everything with a change of the address. */
const stateOf = (purpose: MailTokenPurpose, { email, password }: User): string =>
  hashOf(JSON.stringify([purpose, email, ...(purpose === 'reset' ? [password] : [])]));

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

const unlessOver = (token: MailToken, user: User, expiresAt: number): FoundToken | null =>
  expiresAt > Date.now() && isSame(token.boundTo, stateOf(token.purpose, user)) ? { token, user } : null;
