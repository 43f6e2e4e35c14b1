import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { KeyReusedError, MailUnavailableError } from '../notification-service.errors.js';
import { SentRecord } from './sent-record.js';

/** Sends under way at once; the rest is told to come back. */
const mostUnderWay = 500;

interface Send {
  readonly fingerprint: string;
  readonly outcome: Promise<void>;
}

/**
 * Sends what belongs to a key once. A repeat does nothing; a repeat while the first is under way shares its outcome; a
 * failed send is forgotten, so that the next try sends. The promise is at least once: a process that dies between the
 * send and its record sends again, under the same key. One process keeps one record.
 */
@Injectable()
export class OncePerKey {
  private readonly logger = new Logger(OncePerKey.name);
  private readonly underWay = new Map<string, Send>();

  constructor(private readonly sent: SentRecord) {}

  /**
   * @param content what is sent, in a form that is the same on every retry
   * @throws KeyReusedError when the key stands for other content
   * @throws MailUnavailableError when too many sends are under way
   */
  async run(key: string, content: readonly string[], send: () => Promise<void>): Promise<void> {
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([key, ...content]))
      .digest('hex');
    const first = this.underWay.get(key);
    if (first) {
      requireSame(first.fingerprint, fingerprint);
      return first.outcome;
    }
    if (this.underWay.size >= mostUnderWay) throw new MailUnavailableError('too many sends under way');
    const outcome = this.sendUnlessSent(key, fingerprint, send).finally(() => this.underWay.delete(key));
    this.underWay.set(key, { fingerprint, outcome });
    return outcome;
  }

  private async sendUnlessSent(key: string, fingerprint: string, send: () => Promise<void>): Promise<void> {
    const known = await this.sent.find(key);
    if (known !== undefined) return requireSame(known, fingerprint);
    await send();
    try {
      await this.sent.add(key, fingerprint);
    } catch (error) {
      // The mail is out. Telling the sender otherwise would only bring it back with a second one.
      this.logger.error(`The mail of ${key} was sent, but this could not be recorded`, error);
    }
  }
}

function requireSame(known: string, fingerprint: string): void {
  if (known !== fingerprint) throw new KeyReusedError();
}
