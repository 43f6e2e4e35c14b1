import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { InvalidMailTokenError, RegisterWorker } from '../../../modules/user/index.js';
import { MailRequests } from './mail-requests.service.js';
import { MailTokens } from './mail-tokens.service.js';
import type { MailProof } from './mail-tokens.service.js';

/** A token is used up by one of two requests; every statement decides by itself. */
const deciding = { isolation: 'READ COMMITTED' } as const;

/** The rules by which a mailbox is proven. */
@Injectable()
export class VerificationResource {
  constructor(
    private readonly settings: Settings,
    private readonly requests: MailRequests,
    private readonly tokens: MailTokens,
    private readonly registerWorker: RegisterWorker,
  ) {}

  /** Requests the mail. The caller learns nothing of whether there is an account. */
  request(email: string): Promise<void> {
    return this.requests.record('verification', email);
  }

  /** Proves the mailbox; activates the account where that is what activates one. @throws InvalidMailTokenError */
  async confirm(proof: MailProof): Promise<void> {
    if (!(await this.tokens.mayTry('verification', proof))) throw new InvalidMailTokenError();
    await this.registerWorker.run(async (repositories) => {
      const { user, history, mailToken, mailbox } = repositories;
      const found = await this.tokens.find('verification', proof, repositories);
      if (!found || !(await mailToken.use(found.token))) throw new InvalidMailTokenError();
      const { id } = found.user;
      await mailToken.drop({ accountId: id, purpose: 'verification' });
      if (await mailbox.prove(id)) await history.record(id, 'proven');
      if (this.settings.account.activation === 'mail' && (await user.activate(id)))
        await history.record(id, 'activated');
    }, deciding);
  }
}
