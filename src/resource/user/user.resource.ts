import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { OpenUnit, Repositories } from '../../ddd/worker/index.js';
import { AccountMails, MailSeal } from '../../modules/notification/index.js';
import { SessionWorker } from '../../modules/session/index.js';
import {
  AccountEventRepository,
  Guesses,
  HashingSaturatedError,
  MailboxNotProvenError,
  Passwords,
  ProvenMailboxRepository,
  RegisterWorker,
  UserNotActiveError,
  UserNotFoundError,
  UserRepository,
  WrongPasswordError,
} from '../../modules/user/index.js';
import type { User } from '../../modules/user/index.js';
import { DeviceTokens } from './device/device-tokens.service.js';
import type { Device } from './device/device.js';
import { ownAccount } from './me/own-account.js';

export type Credentials = Pick<User, 'email' | 'password'>;
export type Details = Omit<User, 'id' | 'active'>;

/** A person who has proved by their password whose account this is. */
export interface Proven {
  readonly user: User;
  /** Wrong guesses in a row before it. */
  readonly refusedGuesses: number;
}

type Register = Repositories<(typeof RegisterWorker)['repositories']>;

/** Every statement decides by itself, so creations of one e-mail at once need not be repeated. */
const deciding = { isolation: 'READ COMMITTED' } as const;

/** The rules of an account's life. Passwords are hashed before a unit of work begins, never in one. */
@Injectable()
export class UserResource {
  constructor(
    private readonly settings: Settings,
    private readonly passwords: Passwords,
    private readonly guesses: Guesses,
    private readonly devices: DeviceTokens,
    private readonly users: UserRepository,
    /** Outside units of work. */
    private readonly history: AccountEventRepository,
    private readonly mailboxes: ProvenMailboxRepository,
    private readonly registerWorker: RegisterWorker,
    private readonly mails: AccountMails,
    private readonly seal: MailSeal,
    private readonly sessionWorker: SessionWorker,
  ) {}

  /** Creates an inactive account and records its welcome; does nothing when the e-mail already has an account. */
  async create(details: Details): Promise<void> {
    const password = await this.passwords.hash(details.password);
    await this.registerWorker.run(async (register, unit) => {
      const created = await register.user.createUnlessTaken({ ...details, password });
      if (!created) return this.#concealTaken(details.email, register, unit);
      await this.mails.recordWelcome(created, unit);
      await register.history.record(created.id, 'created');
    }, deciding);
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, UserNotActiveError, in this order */
  async signIn(credentials: Credentials, device?: Device): Promise<User> {
    const { user, refusedGuesses } = await this.authenticate(credentials, device);
    await this.history.recordProven(user.id, 'signed-in', refusedGuesses);
    return user;
  }

  /**
   * Proves who a person is; what they then do is for the caller to record.
   * @throws LimitReachedError, UserNotFoundError, WrongPasswordError, UserNotActiveError, in this order
   */
  async authenticate(credentials: Credentials, device?: Device): Promise<Proven> {
    const { user: proven, refusedGuesses } = await this.#prove(credentials, device);
    await this.#rehashWhenDue(proven, credentials.password);
    // Hashing takes long enough for the account to be deactivated meanwhile: read it again.
    const user = await this.users.find({ id: proven.id });
    if (!user) return this.#refuseUnknown(credentials.password);
    if (!user.active) throw this.#notActive();
    device?.keep(this.devices.issue(user.email, device.tokens));
    return { user, refusedGuesses };
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, MailboxNotProvenError, in this order */
  async activate(credentials: Credentials, device?: Device): Promise<void> {
    const { user: proven, refusedGuesses } = await this.#prove(credentials, device);
    if (!proven.active && this.settings.account.activation === 'mail') throw this.#notActive();
    await this.registerWorker.run(async ({ user, history }) => {
      if (await user.activate(proven.id)) await history.recordProven(proven.id, 'activated', refusedGuesses);
    });
  }

  /** Ends every session of the account with it. @throws LimitReachedError, UserNotFoundError, WrongPasswordError, in this order */
  async deactivate(credentials: Credentials, device?: Device): Promise<void> {
    const { user: proven, refusedGuesses } = await this.#prove(credentials, device);
    const { id } = proven;
    await this.registerWorker.run(async ({ user, history }, unit) => {
      const isChanged = await user.deactivate(id);
      // After the account: a sign-in locks it while it opens a session, so this sees that session.
      const ended = await this.sessionWorker.join(unit, ({ session }) =>
        session.endAll(id, 'deactivated', Date.now()),
      );
      if (isChanged) await history.recordProven(id, 'deactivated', refusedGuesses);
      await history.recordEnded(id, ended, 'deactivated');
    }, deciding);
  }

  /** @throws InvalidAccessTokenError, LimitReachedError, WrongPasswordError, in this order */
  async proveOwn(id: string, password: string, device?: Device): Promise<Proven> {
    const { email } = await this.show(id);
    try {
      return await this.#prove({ email, password }, device);
    } catch (error) {
      if (!(error instanceof UserNotFoundError)) throw error;
      // Since it was read, the account has got another address, or has been erased.
      return this.proveOwn(id, password, device);
    }
  }

  /** @throws InvalidAccessTokenError */
  show(id: string): Promise<User> {
    return ownAccount(this.users, id);
  }

  /**
   * With strict privacy and ACTIVATION=mail an account that no one has proved is answered as if it did not exist: a sign-up
   * followed by a sign-in would tell whether the address was taken. The lookup is done for every address alike.
   */
  async #concealsSignUp(found: User | null): Promise<boolean> {
    const { privacy, activation } = this.settings.account;
    if (privacy !== 'strict' || activation !== 'mail') return false;
    const proven = await this.mailboxes.find({ accountId: found?.id ?? '' });
    return found?.active === false && proven === null;
  }

  #notActive(): UserNotActiveError | MailboxNotProvenError {
    return this.settings.account.activation === 'mail'
      ? new MailboxNotProvenError()
      : new UserNotActiveError();
  }

  /** Does the work of a sign-up: a shorter response time would tell that the e-mail is taken. */
  async #concealTaken(email: string, { user, repeatedSignUp }: Register, unit: OpenUnit): Promise<void> {
    if (this.settings.account.privacy === 'disclose') return;
    await this.mails.countWelcome(email, unit);
    await repeatedSignUp.record({ sealedEmail: this.seal.seal(email) });
    await user.writeUnchanged(email);
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, in this order */
  async #prove({ email, password }: Credentials, device: Device | undefined): Promise<Proven> {
    const known = this.devices.deviceOf(email, device?.tokens);
    const { result: user, earlierFailures: refusedGuesses } = await this.guesses.check(
      email,
      known,
      async () => {
        const found = await this.users.find({ email });
        const isConcealed = await this.#concealsSignUp(found);
        if (!found || isConcealed) return this.#refuseUnknown(password);
        if (!(await this.passwords.verify(password, found.password))) throw new WrongPasswordError();
        return found;
      },
    );
    return { user, refusedGuesses };
  }

  /** With strict privacy an unknown e-mail gets the same response, after the same work, as a wrong password. */
  async #refuseUnknown(password: string): Promise<never> {
    if (this.settings.account.privacy === 'disclose') throw new UserNotFoundError();
    await this.passwords.verifyAgainstNothing(password);
    throw new WrongPasswordError();
  }

  async #rehashWhenDue(user: User, password: string): Promise<void> {
    if (!this.passwords.needsRehash(user.password)) return;
    try {
      const fresh = await this.passwords.hash(password);
      await this.registerWorker.run((repositories) => repositories.user.replacePassword(user, fresh));
    } catch (error) {
      // The old hash is still valid: the next sign-in can replace it.
      if (!(error instanceof HashingSaturatedError)) throw error;
    }
  }
}
