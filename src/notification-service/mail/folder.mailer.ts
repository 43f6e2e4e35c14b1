import { resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import type { DurableFolder } from '../durable-folder.js';
import { MailUnavailableError } from '../notification-service.errors.js';
import { compose, type Mail } from './mail.js';
import type { Mailer } from './mailer.js';
import type { Sender } from './sender.js';

/**
 * Writes mails as .eml files, which every mail program opens. They belong to the operator: the service deletes them only
 * when an account is erased.
 */
export class FolderMailer implements Mailer {
  readonly destination: string;
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: DurableFolder,
    private readonly from: Sender,
  ) {
    this.destination = resolve(folder.path);
  }

  async send(mail: Mail): Promise<void> {
    const { message } = await this.composer.sendMail(compose(mail, this.from));
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
    try {
      await this.folder.write(`${time}-${mail.key}.eml`, message as Buffer);
    } catch (error) {
      throw new MailUnavailableError((error as NodeJS.ErrnoException).code ?? 'unknown');
    }
  }
}
