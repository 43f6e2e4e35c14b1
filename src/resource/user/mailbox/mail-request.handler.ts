import { Injectable } from '@nestjs/common';
import { Delivers } from '../../../ddd/outbox/index.js';
import type { MessageHandler } from '../../../ddd/outbox/index.js';
import { AccountMails, MailSeal } from '../../../modules/notification/index.js';
import { MailRequest, mailRequestTopic, RegisterWorker } from '../../../modules/user/index.js';
import { MailTokens } from './mail-tokens.service.js';

/** Records the mail that someone has requested, where the address has an account. */
@Injectable()
@Delivers({ topic: mailRequestTopic, schema: MailRequest, exactlyOnce: true })
export class MailRequestHandler implements MessageHandler<MailRequest> {
  constructor(
    private readonly worker: RegisterWorker,
    private readonly tokens: MailTokens,
    private readonly mails: AccountMails,
    private readonly seal: MailSeal,
  ) {}

  async deliver({ purpose, sealedEmail }: MailRequest): Promise<void> {
    const email = this.seal.open(sealedEmail);
    await this.worker.run(async (repositories, unit) => {
      await this.tokens.renewTries(purpose, email, unit);
      const user = await repositories.user.find({ email });
      if (!user) return;
      const secrets = await this.tokens.issue(purpose, user, repositories);
      await this.mails.record(purpose, user, unit, secrets);
    });
  }
}
