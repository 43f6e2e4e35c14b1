import type { Mail } from './mail.js';

/** The way mails leave this service. */
export abstract class Mailer {
  /** The destination of mails, in words for the operator; without credentials. */
  abstract readonly destination: string;

  /**
   * Resolves once the mail server, or the disk, has accepted the mail.
   * @throws MailRefusedError | MailUnavailableError
   */
  abstract send(mail: Mail): Promise<void>;
}
