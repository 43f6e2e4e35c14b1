import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ForgetController } from './forget/forget.controller.js';
import { KeptMails } from './forget/kept-mails.service.js';
import { HealthController } from './health/health.controller.js';
import { FolderMailer } from './mail/folder.mailer.js';
import { Mailer } from './mail/mailer.js';
import { Mails } from './mail/mails.service.js';
import { openMailFolder } from './mail/open-mail-folder.js';
import { readSender } from './mail/sender.js';
import { SmtpMailer } from './mail/smtp.mailer.js';
import { IdempotencyGuard } from './idempotency/idempotency-guard.js';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { Tracing } from '../observability/tracing/tracing.js';
import { MailTemplates } from './template/mail-templates.service.js';
import { MailsController } from './template/mails.controller.js';

/** The second program's assembly. */
@Module({
  controllers: [ForgetController, MailsController, HealthController],
  providers: [Mails, KeptMails],
})
export class NotificationServiceModule {
  /** @throws InvalidSettingsError when MAIL_FOLDER or MAIL_TEMPLATES turns out to be unusable */
  static async of(settings: Settings): Promise<DynamicModule> {
    return {
      module: NotificationServiceModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: MailTemplates, useValue: await MailTemplates.load(settings) },
        { provide: Mailer, useValue: await mailerFor(settings) },
        { provide: Tracing, useValue: new Tracing(settings.tracing, 'notification-service') },
        { provide: IdempotencyStore, useValue: await recordFor(settings) },
        {
          provide: IdempotencyGuard,
          inject: [IdempotencyStore],
          // A caller with the same settings gets a response well before it gives up.
          useFactory: (sent: IdempotencyStore) =>
            new IdempotencyGuard(sent, settings.notification.timeoutMs / 2),
        },
      ],
    };
  }
}

async function mailerFor({ notificationService, http }: Settings): Promise<Mailer> {
  const { smtpUrl, mailFolder, mailFrom } = notificationService;
  const from = readSender(mailFrom);
  return smtpUrl
    ? new SmtpMailer(smtpUrl, from, http.shutdownGraceMs)
    : new FolderMailer(await openMailFolder(mailFolder), from);
}

/** In the mail folder, even when mails go out by SMTP: the folder is what outlives the process. */
async function recordFor({ notificationService }: Settings): Promise<IdempotencyStore> {
  return new IdempotencyStore(await openMailFolder(join(notificationService.mailFolder, '.sent')));
}
