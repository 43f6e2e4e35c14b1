import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Mailer } from '../mail/mailer.js';
import { IdempotencyGuard } from '../idempotency/idempotency-guard.js';
import type { WelcomeRequest } from '../welcome/welcome-request.dto.js';
import { sessionReuseMail } from './session-reuse-mail.js';

/** Sends the mail about a reused refresh token, once for each key. */
@Injectable()
export class SessionReuseService {
  private readonly logger = new Logger(SessionReuseService.name);

  constructor(
    private readonly settings: Settings,
    private readonly mailer: Mailer,
    private readonly once: IdempotencyGuard,
  ) {}

  /** @throws MailRefusedError | MailUnavailableError | KeyReusedError */
  async send(key: string, request: WelcomeRequest): Promise<void> {
    await this.once.run(key, [request.email, request.name], async () => {
      await this.mailer.send(sessionReuseMail(key, request, this.settings.service));
      this.logger.log(`Mail ${key} about an ended session sent`);
    });
  }
}
