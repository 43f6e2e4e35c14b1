import { Injectable, Logger } from '@nestjs/common';
import { IdempotencyGuard } from '../idempotency/idempotency-guard.js';
import type { MailRequest } from '../request/mail-request.dto.js';
import type { MailKindName } from '../template/mail-kinds.js';
import { MailTemplates } from '../template/mail-templates.service.js';
import { Mailer } from './mailer.js';

/** Sends mails, each once for its key. */
@Injectable()
export class Mails {
  private readonly logger = new Logger(Mails.name);

  constructor(
    private readonly templates: MailTemplates,
    private readonly mailer: Mailer,
    private readonly idempotency: IdempotencyGuard,
  ) {}

  /** @throws MailRefusedError | MailUnavailableError | KeyReusedError */
  async send(kind: MailKindName, key: string, request: MailRequest): Promise<void> {
    const { email, name, token, code } = request;
    const secrets = [token, code].filter((secret) => secret !== undefined);
    await this.idempotency.run(key, [email, name, ...secrets], async () => {
      await this.mailer.send(this.templates.compose(kind, key, request));
      this.logger.log(`${labelOf(kind)} mail ${key} sent`);
    });
  }
}

/** As an operator reads it in the log. */
const labelOf = (kind: MailKindName) => kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ');
