import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DatabaseCountStore, Limits } from '../../../ddd/limit/index.js';
import type { Limit } from '../../../ddd/limit/index.js';
import { dayMs, minuteMs } from '../../../ddd/timing/index.js';
import type { OpenUnit, Repositories } from '../../../ddd/worker/index.js';
import type { MailSecrets } from '../../../modules/notification/index.js';
import { KeySecret } from '../../../modules/session/index.js';
import { RegisterWorker } from '../../../modules/user/index.js';
import type { MailToken, MailTokenPurpose, User } from '../../../modules/user/index.js';

export type Register = Repositories<(typeof RegisterWorker)['repositories']>;

/** What a person presents of a mail: the token of its link, or its code with the address that it was sent to. */
export type MailProof = { readonly token: string } | { readonly email: string; readonly code: string };

export interface FoundToken {
  readonly token: MailToken;
  readonly user: User;
}

interface PurposeRules {
  readonly linkMs: number;
  /** Without one, the mail has only a link. */
  readonly codeMs?: number;
  /** What becomes useless with a newer token of the purpose. */
  readonly supersedes: 'links and codes' | 'codes' | 'nothing';
}

const purposes: Record<MailTokenPurpose, PurposeRules> = {
  verification: { linkMs: 7 * dayMs, codeMs: 15 * minuteMs, supersedes: 'codes' },
  reset: { linkMs: 30 * minuteMs, codeMs: 30 * minuteMs, supersedes: 'links and codes' },
  'email-change': { linkMs: dayMs, supersedes: 'links and codes' },
  // Each change of the address can be undone by the address that it replaced.
  'email-undo': { linkMs: 7 * dayMs, supersedes: 'nothing' },
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

  /** @param email the address that the token gives the account */
  async issue(
    purpose: MailTokenPurpose,
    user: User,
    { mailToken }: Register,
    email: string | null = null,
  ): Promise<MailSecrets> {
    const { linkMs, codeMs, supersedes } = purposes[purpose];
    if (supersedes === 'links and codes') await mailToken.drop({ accountId: user.id, purpose });
    if (supersedes === 'codes') await mailToken.forgetCodes(user.id, purpose);
    const now = Date.now();
    const id = randomBytes(idBytes).toString('base64url');
    const secret = randomBytes(secretBytes).toString('base64url');
    const code = codeMs ? String(randomInt(1_000_000)).padStart(6, '0') : undefined;
    await mailToken.create({
      id,
      accountId: user.id,
      purpose,
      hash: hashOf(secret),
      codeHash: code === undefined ? null : this.#codeHash(id, code),
      codeExpiresAt: codeMs ? now + codeMs : 0,
      expiresAt: now + linkMs,
      createdAt: now,
      boundTo: this.stateOf(purpose, user),
      email,
    });
    return { token: id + secret, ...(code !== undefined && { code }) };
  }

  /**
   * Counts a try of a code, whether the address has an account or not. Outside of units, so that a refusal is counted too.
   * @returns whether it may be tried
   */
  async mayTry(purpose: MailTokenPurpose, proof: MailProof): Promise<boolean> {
    if ('token' in proof) return true;
    const { codeMs = 0 } = purposes[purpose];
    return codeMs > 0 && (await this.limits.take(triesOf(purpose, codeMs), proof.email)).isAllowed;
  }

  /** Lets a new code be tried as often as any, whether the address has an account or not: refusals must not tell. */
  async renewTries(purpose: MailTokenPurpose, email: string, unit: OpenUnit): Promise<void> {
    const { codeMs } = purposes[purpose];
    if (codeMs) await this.counts.within(unit).forget(triesOf(purpose, codeMs).name, email);
  }

  /** A hash of what a token dies with: a change of the address or of the password. Nothing but its use ends an undo. */
  stateOf(purpose: MailTokenPurpose, { id, email, password }: User): string {
    const states = {
      verification: [email],
      reset: [email, password],
      'email-change': [email, password],
      'email-undo': [],
    };
    return hashOf(JSON.stringify([purpose, id, ...states[purpose]]));
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
    return isRight && token && account ? this.#unlessOver(token, account, token.expiresAt) : null;
  }

  async #byCode(
    purpose: MailTokenPurpose,
    { email, code }: { readonly email: string; readonly code: string },
    { user, mailToken }: Register,
  ) {
    const account = await user.find({ email });
    const token = await mailToken.newest(account?.id ?? '', purpose);
    const isRight = isSame(token?.codeHash ?? '', this.#codeHash(token?.id ?? '', code));
    return isRight && token && account ? this.#unlessOver(token, account, token.codeExpiresAt) : null;
  }

  #unlessOver(token: MailToken, user: User, expiresAt: number): FoundToken | null {
    const isAsIssued = isSame(token.boundTo, this.stateOf(token.purpose, user));
    return expiresAt > Date.now() && isAsIssued ? { token, user } : null;
  }

  #codeHash(id: string, code: string): string {
    return createHmac('sha256', this.secret.derive('mail codes')).update(`${id}\n${code}`).digest('hex');
  }
}

/** The window of tries is as long as a code lives, and a new code opens another one. */
const triesOf = (purpose: MailTokenPurpose, codeMs: number): Limit => ({
  name: `${purpose}-codes`,
  max: maxTries,
  perMs: codeMs,
  store: 'database',
});

/** PostgreSQL refuses some characters in parameters. */
const isId = (text: string) => /^[\w-]{22}$/.test(text);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
