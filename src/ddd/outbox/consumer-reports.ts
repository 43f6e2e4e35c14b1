import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Hold } from './circuit-breaker.js';
import { Clock } from './clock.js';
import type { TopicConsumer } from './topic-consumer.js';

/** Time between two reports of a process in which nothing changed. */
const reportIntervalMs = 15_000;
const forgetAfterMs = 24 * 60 * 60_000;

/** Stores which consumers this process has and which of them it holds back, for operators in other processes. */
@Injectable()
export class ConsumerReports {
  readonly #logger = new Logger(ConsumerReports.name);
  readonly #owner = `${process.pid}:${randomUUID().slice(0, 8)}`;
  #reportedAt = -Infinity;
  #reported: readonly (Hold | undefined)[] = [];
  #isWritten = true;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Reports changes immediately, and periodically that this process is alive. Never throws: the next report repeats it.
   */
  async report(consumers: readonly TopicConsumer[]): Promise<void> {
    const holds = consumers.map(({ breaker }) => breaker.hold);
    const isNews = holds.some((hold, index) => hold !== this.#reported[index]);
    if (!isNews && this.clock.elapsed() - this.#reportedAt < reportIntervalMs) return;
    this.#reportedAt = this.clock.elapsed();
    this.#reported = holds;
    await this.#write(consumers.map(({ queue }, index) => ({ queue, hold: holds[index] })));
  }

  /** Releases what this process held back. */
  async leave(consumers: readonly TopicConsumer[]): Promise<void> {
    await this.#write(consumers.map(({ queue }) => ({ queue, hold: undefined })));
  }

  async #write(queues: readonly { queue: string; hold: Hold | undefined }[]): Promise<void> {
    const now = this.clock.now();
    const lead = now - this.clock.elapsed();
    const moment = (elapsed?: number) => (elapsed === undefined ? null : Math.round(elapsed + lead));
    try {
      for (const { queue, hold } of queues)
        await this.dataSource.sql`
          INSERT INTO outbox_consumer (owner, topic, seen_at, held_since, probe_at, reason)
          VALUES (${this.#owner}, ${queue}, ${now}, ${moment(hold?.since)}, ${moment(hold?.probeAt)},
            ${hold?.reason ?? null})
          ON CONFLICT (owner, topic) DO UPDATE SET seen_at = excluded.seen_at, held_since = excluded.held_since,
            probe_at = excluded.probe_at, reason = excluded.reason`;
      await this.dataSource.sql`DELETE FROM outbox_consumer WHERE seen_at < ${now - forgetAfterMs}`;
      this.#isWritten = true;
    } catch (error) {
      this.#reported = [];
      if (this.#isWritten) this.#logger.warn(`The held queues cannot be reported: ${String(error)}`);
      this.#isWritten = false;
    }
  }
}
