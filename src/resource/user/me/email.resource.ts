import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../ddd/resource/index.js';
import { AlreadyExistsError } from '../../../ddd/repository/index.js';
import type { OpenUnit } from '../../../ddd/worker/index.js';
import { AccountMails, MailSeal } from '../../../modules/notification/index.js';
import { SessionWorker } from '../../../modules/session/index.js';
import { InvalidMailTokenError, RegisterWorker } from '../../../modules/user/index.js';
import type { Device } from '../device/device.js';
import { MailTokens } from '../mailbox/mail-tokens.service.js';
import type { FoundToken, Register } from '../mailbox/mail-tokens.service.js';
import { UserResource } from '../user.resource.js';

/** The token is used up first; then every statement decides by itself. */
const deciding = { isolation: 'READ COMMITTED' } as const;

/** The rules by which an account gets another address, and gets its old one back. */
@Injectable()
export class EmailResource {
  constructor(
    private readonly users: UserResource,
    private readonly tokens: MailTokens,
    private readonly mails: AccountMails,
    private readonly seal: MailSeal,
    private readonly registerWorker: RegisterWorker,
    private readonly sessionWorker: SessionWorker,
  ) {}

  /**
   * Requests the consent of the new address, and tells the present one. The caller learns nothing of whether the new one has
   * an account; its owner does.
   * @throws LimitReachedError, WrongPasswordError, in this order
   */
  async request(
    { id }: Caller,
    { email, password }: { readonly email: string; readonly password: string },
    device?: Device,
  ): Promise<void> {
    const { user: proven, refusedGuesses } = await this.users.proveOwn(id, password, device);
    if (proven.email === email) return;
    await this.registerWorker.run(async ({ history, emailChangeRequest }, unit) => {
      await history.recordProven(id, 'email-change-requested', refusedGuesses);
      if (await this.mails.count('emailChangeRequested', proven.email, unit))
        await this.mails.record('emailChangeRequested', proven, unit);
      // One count for a free address and for a taken one, and before a token is issued: it would end the one that the
      // last mail carried.
      if (!(await this.mails.count('emailChange', email, unit))) return;
      const boundTo = this.tokens.stateOf('email-change', proven);
      await emailChangeRequest.record({ accountId: id, boundTo, sealedEmail: this.seal.seal(email) });
    }, deciding);
  }

  /** Gives the account its new address; the old one can undo it for seven days. @throws InvalidMailTokenError */
  async confirm({ id }: Caller, token: string): Promise<void> {
    await this.#change(token, 'email-change', async (found, repositories, unit) => {
      const { token: used, user: previous, email } = found;
      if (used.accountId !== id) throw new InvalidMailTokenError();
      const { history, mailToken, mailbox } = repositories;
      await mailToken.drop({ accountId: id, purpose: { in: ['verification', 'reset', 'email-change'] } });
      await mailbox.prove(id);
      await history.record(id, 'email-changed');
      const undo = await this.tokens.issue('email-undo', previous, repositories, previous.email);
      await this.mails.record('emailUndo', previous, unit, undo);
      await this.mails.record('emailChanged', { ...previous, email }, unit);
    });
  }

  /** Gives the account its old address back, and ends every session. @throws InvalidMailTokenError */
  async undo(token: string): Promise<void> {
    await this.#change(
      token,
      'email-undo',
      async ({ token: used, user: previous, email }, repositories, unit) => {
        const { id } = previous;
        const { history, mailToken } = repositories;
        await mailToken.drop({ accountId: id, purpose: { ne: 'email-undo' } });
        // Those of later changes, which an attacker may have made.
        await mailToken.drop({ accountId: id, createdAt: { gte: used.createdAt } });
        const ended = await this.sessionWorker.join(unit, ({ session }) =>
          session.endAll(id, 'email-restored', Date.now()),
        );
        await history.record(id, 'email-restored');
        await history.recordEnded(id, ended, 'email-restored');
        await this.mails.record('emailRestored', { ...previous, email }, unit);
      },
    );
  }

  async #change(
    token: string,
    purpose: 'email-change' | 'email-undo',
    then: (
      found: FoundToken & { readonly email: string },
      repositories: Register,
      unit: OpenUnit,
    ) => Promise<void>,
  ): Promise<void> {
    try {
      await this.registerWorker.run(async (repositories, unit) => {
        const found = await this.tokens.find(purpose, { token }, repositories);
        const email = found?.token.email;
        if (!found || !email || !(await repositories.mailToken.use(found.token)))
          throw new InvalidMailTokenError();
        await repositories.user.update({ email }, { id: found.user.id });
        await then({ ...found, email }, repositories, unit);
      }, deciding);
    } catch (error) {
      // The address has an account by now.
      throw error instanceof AlreadyExistsError ? new InvalidMailTokenError() : error;
    }
  }
}
