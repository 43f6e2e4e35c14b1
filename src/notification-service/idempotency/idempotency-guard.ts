import { createHash } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import {
  KeyReusedError,
  MailUnavailableError,
  MailUnconfirmedError,
  SendInFlightError,
} from '../notification-service.errors.js';
import { withinTime } from '../../ddd/timing/index.js';
import { KeptFailures } from './kept-failures.js';
import { IdempotencyStore } from './idempotency-store.js';

const maxInFlight = 500;

interface Send {
  readonly fingerprint: string;
  readonly outcome: Promise<void>;
  /** Number of callers that wait for the outcome. */
  waiting: number;
}

/**
 * Sends what belongs to a key once. A repeat does nothing; a repeat while the first is in flight shares its outcome. A
 * caller that would wait too long for it must retry. A failed send is forgotten once a caller knows of it, so
 * that the next try sends. The promise is at least once: a process that dies between the send and its record sends
 * again, under the same key. One process keeps one record.
 */
@Injectable()
export class IdempotencyGuard implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private readonly inFlight = new Map<string, Send>();

  /** @param patienceMs how long a caller waits */
  constructor(
    private readonly sent: IdempotencyStore,
    private readonly patienceMs = 5_000,
    private readonly failures = new KeptFailures(),
  ) {}

  /**
   * @param content what is sent, in a form that is the same on every retry
   * @throws KeyReusedError when the key stands for other content
   * @throws SendInFlightError when the send takes longer than a caller waits
   * @throws MailUnavailableError when too many sends are in flight
   * @throws what the send throws
   */
  async run(key: string, content: readonly string[], work: () => Promise<void>): Promise<void> {
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([key, ...content]))
      .digest('hex');
    const known = this.inFlight.get(key) ?? this.failures.take(key);
    if (known) requireSame(known.fingerprint, fingerprint);
    if (known && 'error' in known) throw known.error;
    if (!known && this.inFlight.size >= maxInFlight)
      throw new MailUnavailableError('too many sends in flight');
    await this.outcomeOf(known ?? this.start(key, fingerprint, this.sendUnlessSent(key, fingerprint, work)));
  }

  /**
   * Has a key send nothing from now on: a later send is refused as KeyReusedError. One in flight ends first, so that what it
   * has sent is there when this returns.
   */
  async withdraw(key: string): Promise<void> {
    for (let send = this.inFlight.get(key); send; send = this.inFlight.get(key))
      await send.outcome.catch(() => undefined);
    await this.start(key, withdrawn, this.recordWithdrawn(key)).outcome;
  }

  /** A send that outlives its process would be repeated. The mailer limits the wait. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.inFlight.values()].map(({ outcome }) => outcome));
  }

  private start(key: string, fingerprint: string, outcome: Promise<void>): Send {
    const send: Send = { fingerprint, outcome, waiting: 0 };
    this.inFlight.set(key, send);
    send.outcome.then(
      () => this.inFlight.delete(key),
      (error: unknown) => {
        this.inFlight.delete(key);
        this.remember(key, send, error);
      },
    );
    return send;
  }

  private async outcomeOf(send: Send): Promise<void> {
    send.waiting++;
    try {
      await withinTime(this.patienceMs, send.outcome, () => {
        throw new SendInFlightError();
      });
    } finally {
      send.waiting--;
    }
  }

  private remember(key: string, { fingerprint, waiting }: Send, error: unknown): void {
    if (waiting && !(error instanceof MailUnconfirmedError)) return;
    this.failures.keep(key, { fingerprint, error });
    if (!waiting)
      this.logger.warn(`Mail ${key} failed: ${error instanceof Error ? error.message : 'unknown'}`);
  }

  private async recordWithdrawn(key: string): Promise<void> {
    if ((await this.sent.find(key)) === undefined) await this.sent.add(key, withdrawn);
  }

  private async sendUnlessSent(key: string, fingerprint: string, work: () => Promise<void>): Promise<void> {
    const known = await this.sent.find(key);
    if (known !== undefined) return requireSame(known, fingerprint);
    await work();
    try {
      await this.sent.add(key, fingerprint);
    } catch (error) {
      // The mail is out. An error would only make the sender send a second one.
      this.logger.error(`The mail of ${key} was sent, but this could not be recorded`, error);
    }
  }
}

/** The fingerprint of no content. */
const withdrawn = 'withdrawn';

function requireSame(known: string, fingerprint: string): void {
  if (known !== fingerprint) throw new KeyReusedError();
}
