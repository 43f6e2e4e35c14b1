import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type NodemailerError } from 'nodemailer';
import { MailRefusedError, MailUnavailableError } from '../notification-service.errors.js';
import { compose, keepRecipient, type Mail } from './mail.js';
import type { Mailer } from './mailer.js';
import type { Sender } from './sender.js';

const second = 1_000;

/** Sends mails through an SMTP server, over a few connections that stay open. */
export class SmtpMailer implements Mailer, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly destination: string;
  private readonly transport;
  private forcedClose?: NodeJS.Timeout;

  /** @param shutdownGrace how long a stop waits for sends under way, in milliseconds */
  constructor(
    url: string,
    private readonly from: Sender,
    private readonly shutdownGrace: number,
  ) {
    const { protocol, host } = new URL(url);
    this.destination = `${protocol}//${host}`;
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: 5,
      maxRequeues: 1,
      dnsTimeout: 5 * second,
      connectionTimeout: 5 * second,
      greetingTimeout: 10 * second,
      socketTimeout: 30 * second,
    });
    keepRecipient(this.transport);
  }

  /**
   * The limit is longer than a caller waits on purpose. A server may take its time after it has the mail; giving up
   * then would send it twice, while the caller's retry finds this send still under way and shares its outcome.
   */
  async send(mail: Mail): Promise<void> {
    try {
      await this.transport.sendMail({
        ...compose(mail, this.from),
        signal: AbortSignal.timeout(60 * second),
      });
    } catch (error) {
      throw failureOf(error as NodemailerError);
    }
  }

  beforeApplicationShutdown(): void {
    this.forcedClose = setTimeout(() => this.transport.close({ force: true }), this.shutdownGrace);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.forcedClose);
    this.transport.close();
  }
}

/** Replies that ask for other credentials (RFC 4954): the operator's to mend, nothing wrong with the mail. */
const credentialReplies = new Set([530, 534, 535, 538]);

/** Only what the server said about this recipient or this content is final; the rest can be mended on our side. */
function failureOf({ code, originalCode = code, command, responseCode, permanent }: NodemailerError) {
  if (code === 'EENVELOPE' && command === 'API') return new MailRefusedError();
  const aboutTheMail = command === 'RCPT TO' || command === 'DATA';
  if (aboutTheMail && permanent && responseCode && !credentialReplies.has(responseCode))
    return new MailRefusedError(responseCode);
  return new MailUnavailableError([originalCode, responseCode].filter(Boolean).join(' ') || 'unknown');
}
