import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { AccountMails } from '../../../modules/notification/index.js';
import { SessionWorker } from '../../../modules/session/index.js';
import {
  PasswordPolicy,
  Passwords,
  RegisterWorker,
  WrongPasswordError,
} from '../../../modules/user/index.js';
import type { User } from '../../../modules/user/index.js';
import type { Caller } from '../../../ddd/resource/index.js';
import type { Device } from '../device/device.js';
import { UserResource } from '../user.resource.js';
import { ownAccount } from './own-account.js';

export type Profile = Pick<User, 'name' | 'surname'>;

/** The account is locked first; then every statement decides by itself. */
const locking = { isolation: 'READ COMMITTED' } as const;

/** The rules by which people change their own account. */
@Injectable()
export class ProfileResource {
  readonly #policy: PasswordPolicy;

  constructor(
    settings: Settings,
    private readonly users: UserResource,
    private readonly passwords: Passwords,
    private readonly mails: AccountMails,
    private readonly registerWorker: RegisterWorker,
    private readonly sessionWorker: SessionWorker,
  ) {
    this.#policy = new PasswordPolicy(settings);
  }

  /**
   * @param assertUnchanged throws to leave the account as it is; it may run again after a serialization failure
   * @throws InvalidAccessTokenError
   */
  change(id: string, changes: Partial<Profile>, assertUnchanged: (current: User) => void): Promise<User> {
    return this.registerWorker.run(async ({ user, history }) => {
      const current = await ownAccount(user, id);
      assertUnchanged(current);
      const { name = current.name, surname = current.surname } = changes;
      if (name !== current.name || surname !== current.surname) {
        await user.update({ name, surname }, { id });
        await history.record(id, 'profile-changed');
      }
      return { ...current, name, surname };
    });
  }

  /**
   * Replaces the password, ends the other sessions, and tells the account.
   * @throws LimitReachedError, WrongPasswordError, GuessablePasswordError, in this order
   */
  async changePassword(
    { id, sessionId }: Caller,
    { password, newPassword }: { readonly password: string; readonly newPassword: string },
    device?: Device,
  ): Promise<void> {
    const { user: proven, refusedGuesses } = await this.users.proveOwn(id, password, device);
    this.#policy.assertUnguessable(newPassword, proven.email);
    const hash = await this.passwords.hash(newPassword);
    await this.registerWorker.run(async ({ user, history, mailToken }, unit) => {
      // Someone else has changed it meanwhile.
      if (!(await user.replacePassword(proven, hash))) throw new WrongPasswordError();
      await mailToken.drop({ accountId: id, purpose: { in: ['reset', 'email-change'] } });
      const ended = await this.sessionWorker.join(unit, ({ session }) =>
        session.endOthers(id, sessionId, 'password-changed', Date.now()),
      );
      await history.recordProven(id, 'password-changed', refusedGuesses);
      await history.recordEnded(id, ended, 'password-changed');
      await this.mails.record('passwordChanged', proven, unit);
    }, locking);
  }
}
