import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { AccountMails } from '../../../modules/notification/index.js';
import { SessionWorker } from '../../../modules/session/index.js';
import {
  Guesses,
  InvalidMailTokenError,
  PasswordPolicy,
  Passwords,
  RegisterWorker,
} from '../../../modules/user/index.js';
import { DeviceTokens } from '../device/device-tokens.service.js';
import type { Device } from '../device/device.js';
import { MailRequests } from './mail-requests.service.js';
import { MailTokens } from './mail-tokens.service.js';
import type { MailProof } from './mail-tokens.service.js';

/** The token is used up first; then every statement decides by itself. */
const deciding = { isolation: 'READ COMMITTED' } as const;

/** The rules of a forgotten password. */
@Injectable()
export class RecoveryResource {
  readonly #policy: PasswordPolicy;

  constructor(
    settings: Settings,
    private readonly requests: MailRequests,
    private readonly tokens: MailTokens,
    private readonly passwords: Passwords,
    private readonly guesses: Guesses,
    private readonly devices: DeviceTokens,
    private readonly mails: AccountMails,
    private readonly registerWorker: RegisterWorker,
    private readonly sessionWorker: SessionWorker,
  ) {
    this.#policy = new PasswordPolicy(settings);
  }

  /** Requests the mail. The caller learns nothing of whether there is an account. */
  request(email: string): Promise<void> {
    return this.requests.record('reset', email);
  }

  /**
   * Sets a new password, ends every session, opens an account that guesses have locked, and tells the account. The device
   * is then known, so that an attacker who goes on guessing does not keep the owner out.
   * @throws InvalidMailTokenError, GuessablePasswordError
   */
  async reset(proof: MailProof, newPassword: string, device?: Device): Promise<void> {
    if (!(await this.tokens.mayTry('reset', proof))) throw new InvalidMailTokenError();
    const address = await this.registerWorker.run(
      async (repositories) => (await this.tokens.find('reset', proof, repositories))?.user.email,
      deciding,
    );
    if (address === undefined) throw new InvalidMailTokenError();
    this.#policy.assertUnguessable(newPassword, address);
    const password = await this.passwords.hash(newPassword);
    const email = await this.#replace(proof, password);
    device?.keep(this.devices.issue(email, device.tokens));
  }

  /** @returns the address of the account */
  #replace(proof: MailProof, password: string): Promise<string> {
    return this.registerWorker.run(async (repositories, unit) => {
      const { user, history, mailToken, mailbox } = repositories;
      const found = await this.tokens.find('reset', proof, repositories);
      if (!found || !(await mailToken.use(found.token))) throw new InvalidMailTokenError();
      const { id, email } = found.user;
      await user.setPassword(id, password);
      await mailToken.drop({ accountId: id, purpose: 'reset' });
      await this.guesses.forget(email, unit);
      const ended = await this.sessionWorker.join(unit, ({ session }) =>
        session.endAll(id, 'password-reset', Date.now()),
      );
      if (await mailbox.prove(id)) await history.record(id, 'proven');
      await history.record(id, 'password-reset');
      await history.recordEnded(id, ended, 'password-reset');
      await this.mails.record('passwordChanged', found.user, unit);
      return email;
    }, deciding);
  }
}
