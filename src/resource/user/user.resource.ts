import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { OpenUnit } from '../../ddd/worker/index.js';
import { MailLimit, NotificationWorker, welcomeTopic } from '../../modules/notification/index.js';
import { SessionWorker } from '../../modules/session/index.js';
import {
  Guesses,
  HashingSaturatedError,
  Passwords,
  RegisterWorker,
  UserNotActiveError,
  UserNotFoundError,
  UserRepository,
  WrongPasswordError,
} from '../../modules/user/index.js';
import type { User } from '../../modules/user/index.js';
import { DeviceTokens } from './device/device-tokens.service.js';
import type { Device } from './device/device.js';

export type Credentials = Pick<User, 'email' | 'password'>;
export type Details = Omit<User, 'id' | 'active'>;

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
    private readonly registerWorker: RegisterWorker,
    private readonly notificationWorker: NotificationWorker,
    private readonly mails: MailLimit,
    private readonly sessionWorker: SessionWorker,
  ) {}

  /** Creates an inactive account and records its welcome; does nothing when the e-mail already has an account. */
  async create(details: Details): Promise<void> {
    const password = await this.passwords.hash(details.password);
    await this.registerWorker.run(async ({ user }, unit) => {
      const created = await user.createUnlessTaken({ ...details, password });
      if (created && (await this.mails.allows(created.email, welcomeTopic, unit)))
        await this.notificationWorker.join(unit, ({ welcome }) => welcome.record(created));
      if (!created) await this.#concealTaken(details.email, user, unit);
    }, deciding);
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, UserNotActiveError, in this order */
  async signIn(credentials: Credentials, device?: Device): Promise<User> {
    const proven = await this.#prove(credentials, device);
    await this.#rehashWhenDue(proven, credentials.password);
    // Hashing takes long enough for the account to be deactivated meanwhile: read it again.
    const user = await this.users.find({ id: proven.id });
    if (!user) return this.#refuseUnknown(credentials.password);
    if (!user.active) throw new UserNotActiveError();
    device?.keep(this.devices.issue(user.email, device.token));
    return user;
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, in this order */
  async activate(credentials: Credentials, device?: Device): Promise<void> {
    const { id } = await this.#prove(credentials, device);
    await this.registerWorker.run(({ user }) => user.activate(id));
  }

  /** Ends every session of the account with it. @throws LimitReachedError, UserNotFoundError, WrongPasswordError, in this order */
  async deactivate(credentials: Credentials, device?: Device): Promise<void> {
    const { id } = await this.#prove(credentials, device);
    await this.registerWorker.run(
      async ({ user }, unit) => {
        await user.deactivate(id);
        // After the account: a sign-in locks it while it opens a session, so this sees that session.
        await this.sessionWorker.join(unit, ({ session }) => session.endAll(id, 'deactivated', Date.now()));
      },
      { isolation: 'READ COMMITTED' },
    );
  }

  /** @throws NotFoundError */
  show(id: string): Promise<User> {
    return this.users.retrieve({ id });
  }

  /** Does the work of a sign-up: a shorter response time would tell that the e-mail is taken. */
  async #concealTaken(email: string, users: UserRepository, unit: OpenUnit): Promise<void> {
    if (this.settings.account.privacy === 'disclose') return;
    await this.mails.allows(email, welcomeTopic, unit);
    await users.writeUnchanged(email);
  }

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, in this order */
  #prove({ email, password }: Credentials, device: Device | undefined): Promise<User> {
    return this.guesses.check(email, this.devices.deviceOf(email, device?.token), async () => {
      const user = await this.users.find({ email });
      if (!user) return this.#refuseUnknown(password);
      if (!(await this.passwords.verify(password, user.password))) throw new WrongPasswordError();
      return user;
    });
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
      await this.registerWorker.run((repositories) => repositories.user.rehash(user, fresh));
    } catch (error) {
      // The old hash is still valid: the next sign-in can replace it.
      if (!(error instanceof HashingSaturatedError)) throw error;
    }
  }
}
