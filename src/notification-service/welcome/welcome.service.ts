import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Mailer } from '../mail/mailer.js';
import { IdempotencyGuard } from '../idempotency/idempotency-guard.js';
import { welcomeMail } from './welcome-mail.js';
import type { WelcomeRequest } from './welcome-request.dto.js';

/** Sends the welcome mail, once for each key. */
@Injectable()
export class WelcomeService {
  private readonly logger = new Logger(WelcomeService.name);

  constructor(
    private readonly settings: Settings,
    private readonly mailer: Mailer,
    private readonly once: IdempotencyGuard,
  ) {}

  /** @throws MailRefusedError | MailUnavailableError | KeyReusedError */
  async send(key: string, request: WelcomeRequest): Promise<void> {
    await this.once.run(key, [request.email, request.name], async () => {
      await this.mailer.send(welcomeMail(key, request, this.settings.service));
      this.logger.log(`Welcome mail ${key} sent`);
    });
  }
}
