import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import {
  MailDeferredError,
  MailUnavailableError,
  MailUnconfirmedError,
} from '../notification-service.errors.js';
import { compose, keepRecipient, type Mail } from './mail.js';
import type { Mailer } from './mailer.js';
import type { Sender } from './sender.js';
import { SessionCheck } from './session-check.js';
import { SlowTolerantLimit } from './slow-tolerant-limit.js';
import { failureOf, mayConcernOneMail } from './smtp-failure.js';

const second = 1_000;
const minute = 60 * second;

export interface SmtpTimeouts {
  /** From the first command until the server has the whole mail. */
  readonly exchangeMs: number;
  /** From then until its reply. */
  readonly replyMs: number;
}

/** The timeouts that RFC 5321 requires for a recipient, and for the reply to a whole mail (4.5.3.2). */
const standardTimeouts: SmtpTimeouts = { exchangeMs: 5 * minute, replyMs: 10 * minute };

/** Connections that are kept open, and the maximum including those that wait for a slow server. */
const maxQuick = 5;
const maxConnections = 40;

interface AbortableMail extends SendMailOptions {
  /** Called when the server has the whole mail. */
  readonly onWritten: () => void;
}

/** Sends mails through an SMTP server, over a few persistent connections. */
export class SmtpMailer implements Mailer, OnModuleDestroy, OnApplicationShutdown {
  readonly destination: string;
  private readonly transport;
  private readonly limit = new SlowTolerantLimit({ maxQuick, maxTotal: maxConnections, slowAfterMs: second });
  private readonly cut = new AbortController();
  private readonly session = new SessionCheck(() => this.transport.verify(), this.cut.signal);
  private forcedClose?: NodeJS.Timeout;

  /** @param shutdownGrace how long a stop waits for sends in flight, in milliseconds */
  constructor(
    url: string,
    private readonly from: Sender,
    private readonly shutdownGrace: number,
    private readonly timeouts: SmtpTimeouts = standardTimeouts,
  ) {
    const { protocol, host } = new URL(url);
    this.destination = `${protocol}//${host}`;
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections,
      maxRequeues: 1,
      idleTimeout: 30 * second,
      dnsTimeout: 5 * second,
      connectionTimeout: 30 * second,
      greetingTimeout: 30 * second,
      // Longer than both our limits, which know what the server is being waited for.
      socketTimeout: timeouts.exchangeMs + timeouts.replyMs,
    });
    this.transport.use('stream', (mail, done) => {
      const { onWritten } = mail.data as unknown as AbortableMail;
      mail.message.processFunc((content) => content.once('end', onWritten));
      done();
    });
    keepRecipient(this.transport);
  }

  async send(mail: Mail): Promise<void> {
    await this.limit.run(() => this.handOver(mail));
  }

  /** The earliest hook of a stop, because a later one waits for the sends in flight. */
  onModuleDestroy(): void {
    this.forcedClose = setTimeout(() => {
      this.cut.abort();
      this.transport.close({ force: true });
    }, this.shutdownGrace);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.forcedClose);
    this.transport.close();
  }

  private async handOver(mail: Mail): Promise<void> {
    const abort = new AbortController();
    const abortIn = (wait: number) => setTimeout(() => abort.abort(), wait);
    let timer = abortIn(this.timeouts.exchangeMs);
    let isWritten = false;
    const onWritten = () => {
      isWritten = true;
      clearTimeout(timer);
      timer = abortIn(this.timeouts.replyMs);
    };
    const mailOptions: AbortableMail = { ...compose(mail, this.from), signal: abort.signal, onWritten };
    try {
      await this.transport.sendMail(mailOptions);
    } catch (error) {
      const failure = error as NodemailerError;
      if (isWritten && !failure.responseCode) throw new MailUnconfirmedError(failure.code ?? 'unknown');
      throw await this.judged(failure);
    } finally {
      clearTimeout(timer);
      // The pool gets the connection back one event loop iteration after the result; an earlier send would open
      // another.
      await yieldToEventLoop();
    }
  }

  /**
   * A server that rejects one mail with a general failure, but accepts sessions, is healthy: other mails get through.
   */
  private async judged(failure: NodemailerError): Promise<Error> {
    const judgement = failureOf(failure);
    if (!(judgement instanceof MailUnavailableError) || !mayConcernOneMail(failure)) return judgement;
    return (await this.session.passes()) ? new MailDeferredError(judgement.reason) : judgement;
  }
}
