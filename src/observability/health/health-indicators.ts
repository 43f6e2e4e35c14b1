import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { SchemaState } from '../../database/schema/schema-state.js';
import { OutboxQueue } from '../../ddd/outbox/outbox-queue.js';
import { DeliveryWorker } from '../../modules/notification/index.js';

/** Milliseconds that an answer may take. */
const patience = 1_000;
/** Milliseconds for which an answer is given again, so that no number of probes is a load. */
const fresh = 1_000;
const schemaFresh = 10_000;
/** Milliseconds from which a message is late: longer than a few tries take. */
const late = 5 * 60_000;

/** What readiness looks at; each answers in bounded time, and is asked at most once a second. */
@Injectable()
export class HealthIndicators {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
    private readonly schemaState: SchemaState,
    private readonly outbox: OutboxQueue,
    private readonly delivery: DeliveryWorker,
  ) {}

  database(): Promise<HealthIndicatorResult> {
    return this.#ask('database', async () => void (await this.dataSource.query('SELECT 1')));
  }

  async schema(): Promise<HealthIndicatorResult> {
    const read = async () => {
      const { pending, differences } = await this.schemaState.read();
      if (pending.length || differences.length) throw new Error('it differs');
    };
    return this.#ask('schema', read, schemaFresh);
  }

  /** Degraded while a message waits for longer than five minutes. */
  async courier(): Promise<HealthIndicatorResult> {
    const result = await this.#ask('courier', async () => {
      const { oldestUndelivered } = await this.outbox.status();
      const age = oldestUndelivered === null ? 0 : Math.max(0, Date.now() - oldestUndelivered);
      return { oldestUndelivered: Math.round(age / 1_000) };
    });
    const age = Number(result['courier']?.['oldestUndelivered'] ?? Infinity);
    return age * 1_000 > late ? this.#degraded(result, 'messages wait for longer than five minutes') : result;
  }

  async notificationService(): Promise<HealthIndicatorResult> {
    const result = await this.#ask('notificationService', ({ signal }) =>
      this.delivery.run(({ service }) => service.reach(), { signal }),
    );
    return result['notificationService']?.status === 'up'
      ? result
      : this.#degraded(result, 'it does not answer');
  }

  async #ask(
    name: string,
    question: (context: { signal: AbortSignal }) => Promise<Record<string, unknown> | void>,
    freshFor = fresh,
  ): Promise<HealthIndicatorResult> {
    const result = await this.indicators
      .check(name)
      .attempt(question)
      .withTimeout(patience)
      .cacheFor(freshFor);
    const { status, ...told } = result[name] ?? { status: 'down' };
    // What a driver says of a failure can name hosts and users.
    return { [name]: status === 'down' ? { status } : { ...told, status } };
  }

  #degraded(result: HealthIndicatorResult, message: string): HealthIndicatorResult {
    return Object.fromEntries(
      Object.entries(result).map(([name, told]) => [name, { ...told, status: 'degraded', message }]),
    );
  }
}
