import { Injectable } from '@nestjs/common';
import { Delivers } from '../../../ddd/outbox/index.js';
import type { MessageHandler } from '../../../ddd/outbox/index.js';
import { AccountMails, MailSeal } from '../../../modules/notification/index.js';
import { EmailChangeRequest, emailChangeRequestTopic, RegisterWorker } from '../../../modules/user/index.js';
import { MailTokens } from '../mailbox/mail-tokens.service.js';

/** Asks a new address for its consent; where it has an account, tells that account instead. */
@Injectable()
@Delivers({ topic: emailChangeRequestTopic, schema: EmailChangeRequest, exactlyOnce: true })
export class EmailChangeRequestHandler implements MessageHandler<EmailChangeRequest> {
  constructor(
    private readonly worker: RegisterWorker,
    private readonly tokens: MailTokens,
    private readonly mails: AccountMails,
    private readonly seal: MailSeal,
  ) {}

  async deliver({ accountId, boundTo, sealedEmail }: EmailChangeRequest): Promise<void> {
    const email = this.seal.open(sealedEmail);
    await this.worker.run(async (repositories, unit) => {
      const { user } = repositories;
      const account = await user.find({ id: accountId });
      if (!account || this.tokens.stateOf('email-change', account) !== boundTo) return;
      const holder = await user.find({ email });
      if (holder) return this.mails.record('emailTaken', holder, unit);
      const secrets = await this.tokens.issue('email-change', account, repositories, email);
      await this.mails.record('emailChange', { ...account, email }, unit, secrets);
    });
  }
}
