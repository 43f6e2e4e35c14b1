import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { IdempotencyGuard } from '../idempotency/idempotency-guard.js';
import type { WelcomeRequest } from '../welcome/welcome-request.dto.js';
import type { Mail } from './mail.js';
import { Mailer } from './mailer.js';

export type MailTemplate = (key: string, recipient: WelcomeRequest, service: Settings['service']) => Mail;

/** Sends mails, each once for its key. */
@Injectable()
export class Mails {
  private readonly logger = new Logger(Mails.name);

  constructor(
    private readonly settings: Settings,
    private readonly mailer: Mailer,
    private readonly idempotency: IdempotencyGuard,
  ) {}

  /**
   * @param what the kind of mail, for the log
   * @throws MailRefusedError | MailUnavailableError | KeyReusedError
   */
  async send(what: string, key: string, recipient: WelcomeRequest, template: MailTemplate): Promise<void> {
    await this.idempotency.run(key, [recipient.email, recipient.name], async () => {
      await this.mailer.send(template(key, recipient, this.settings.service));
      this.logger.log(`${what} mail ${key} sent`);
    });
  }
}
