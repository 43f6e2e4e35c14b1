import { Injectable, Logger } from '@nestjs/common';
import { reportAttempt } from './attempt-channel.js';
import { Clock } from './clock.js';
import { consumerOf } from './consumer-name.js';
import { CourierOptions } from './courier-options.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Expired } from './leased-message.js';
import { RetryPolicy } from './retry-policy.js';

const reclaimIntervalMs = 1_000;
const purgeIntervalMs = 60_000;
/** Batches deleted in a row; the rest waits for the next run. */
const maxPurgedBatches = 20;

/**
 * A courier's work besides delivering: expired leases, delays that a clock change distorted, rows past their retention.
 */
@Injectable()
export class OutboxMaintenance {
  readonly #logger = new Logger(OutboxMaintenance.name);
  #reclaimedAt = -Infinity;
  #purgedAt = -Infinity;
  /** How far the wall clock is ahead of the monotonic clock; it falls when the wall clock is set back. */
  #lead = Infinity;

  constructor(
    private readonly queue: OutboxQueue,
    private readonly options: CourierOptions,
    private readonly policy: RetryPolicy,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs what is due. Never throws: failures are logged, and retried at the next run.
   * @param inFlight ids of the messages that this process is delivering
   * @returns whether messages were returned, which may be due immediately
   */
  async run(inFlight: ReadonlySet<string>): Promise<boolean> {
    const elapsed = this.clock.elapsed();
    try {
      await this.#rescheduleAfterClockJump();
      if (elapsed - this.#purgedAt >= purgeIntervalMs) {
        this.#purgedAt = elapsed;
        await this.#purge();
      }
      if (elapsed - this.#reclaimedAt < reclaimIntervalMs) return false;
      this.#reclaimedAt = elapsed;
      return await this.#reclaim(inFlight);
    } catch (error) {
      this.#logger.warn(`The maintenance of the outbox failed: ${String(error)}`);
      return false;
    }
  }

  async #rescheduleAfterClockJump(): Promise<void> {
    const { leaseMs } = this.options;
    const lead = this.clock.now() - this.clock.elapsed();
    if (lead < this.#lead - leaseMs) await this.queue.restartWaits(leaseMs);
    this.#lead = lead;
  }

  async #purge(): Promise<void> {
    for (let batch = 0; batch < maxPurgedBatches; batch++)
      if (!(await this.queue.purge(this.options.retentionMs))) return;
  }

  async #reclaim(inFlight: ReadonlySet<string>): Promise<boolean> {
    const expired = await this.queue.expired(inFlight);
    for (const message of expired) await this.#takeBack(message);
    return expired.length > 0;
  }

  async #takeBack(message: Expired): Promise<void> {
    const { id, queue, attempts, lost, leasedAt } = message;
    const delayMs = this.policy.judgeLost(lost, attempts);
    const duration = Math.max(0, this.clock.now() - leasedAt);
    const settled = await this.queue.settle(message, {
      outcome: 'lost',
      startedAt: leasedAt,
      duration,
      error: 'the process reported nothing before its lease expired',
      ...(delayMs !== undefined && { delayMs }),
    });
    if (!settled) return;
    reportAttempt({ ...consumerOf(queue), outcome: 'lost', duration });
    if (delayMs === undefined) this.#logger.error(`Message ${id} is given up: it was lost ${lost + 1} times`);
    else this.#logger.warn(`The lease of message ${id} expired without a result`);
  }
}
