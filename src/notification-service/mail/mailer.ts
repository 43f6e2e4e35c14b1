import type { Mail } from './mail.js';

/** Where mails leave this service. */
export abstract class Mailer {
  /** Where mails go, in words for the operator; without credentials. */
  abstract readonly destination: string;

  /**
   * Returns once the mail is in other hands: those of the mail server, or of the disk.
   * @throws MailRefusedError | MailUnavailableError
   */
  abstract send(mail: Mail): Promise<void>;
}
