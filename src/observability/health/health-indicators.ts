import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { Settings } from '../../config/settings.js';
import { queueOf } from '../../ddd/outbox/index.js';
import { DatabaseMonitor } from './database-monitor.js';
import { remoteServices } from './remote-services.js';

/** How long a remote service may take to respond, and how long its response is reused. */
const patienceMs = 1_000;
const freshMs = 1_000;
/** Seconds after which a message counts as late: longer than the first few attempts take. */
const lateSeconds = 5 * 60;

/** The checks of readiness. Each ends in bounded time and runs at most once a second. */
@Injectable()
export class HealthIndicators {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly monitor: DatabaseMonitor,
    private readonly modules: ModuleRef,
    private readonly settings: Settings,
  ) {}

  /** Down while it cannot be read or written. */
  async database(): Promise<HealthIndicatorResult> {
    await this.monitor.refresh();
    const { value, failure } = this.monitor.database;
    const session = this.indicators.check('database');
    const message = failure ?? value?.readOnly;
    if (message !== undefined) return session.down({ message });
    return value?.warning === undefined ? session.up() : session.degraded({ message: value.warning });
  }

  /** Down while it differs. If it cannot be read, the last known state stays. */
  async schema(): Promise<HealthIndicatorResult> {
    await this.monitor.refresh();
    const { value, failure } = this.monitor.schema;
    const session = this.indicators.check('schema');
    if (value?.length)
      return session.down({ message: 'the database does not have the schema of this program' });
    return value || failure === undefined
      ? session.up()
      : session.degraded({ message: `the schema cannot be read: ${failure}` });
  }

  /**
   * Degraded while a message has waited for longer than five minutes, a consumer is held back or has no handler, or none of this
   * is known. Never down: accounts work, and no other process would deliver better.
   */
  async courier(): Promise<HealthIndicatorResult> {
    await this.monitor.refresh();
    const { value, failure } = this.monitor.outbox;
    const session = this.indicators.check('courier');
    const oldest = value?.oldestUndelivered ?? null;
    const oldestUndelivered = oldest === null ? 0 : Math.max(0, Math.round((Date.now() - oldest) / 1_000));
    const unknown = failure ?? this.monitor.database.failure;
    if (unknown !== undefined)
      return session.degraded({ message: `the messages cannot be counted: ${unknown}` });
    const reasons = [
      ...(oldestUndelivered > lateSeconds ? ['messages wait for longer than five minutes'] : []),
      ...(value?.held ?? []).map(({ probeAt, ...name }) => {
        const probeInSeconds = Math.max(0, Math.ceil((probeAt - Date.now()) / 1_000));
        return `${queueOf(name)} is held back, because its service keeps failing; the next probe goes in ${probeInSeconds} s`;
      }),
      ...(value?.unhandled ?? []).map(
        ({ messages, ...name }) => `${queueOf(name)} has no handler, and ${messages} messages`,
      ),
    ];
    return reasons.length
      ? session.degraded({ oldestUndelivered, message: reasons.join('; ') })
      : session.up({ oldestUndelivered });
  }

  /** Degraded while a service does not respond: messages to it wait. */
  remoteServices(): (() => Promise<HealthIndicatorResult>)[] {
    return remoteServices
      .filter(({ isConfigured }) => isConfigured?.(this.settings) ?? true)
      .map(
        ({ name, worker }) =>
          () =>
            this.#reach(name, worker),
      );
  }

  async #reach(
    name: string,
    worker: (typeof remoteServices)[number]['worker'],
  ): Promise<HealthIndicatorResult> {
    const session = this.indicators.check(name);
    const result = await session
      .attempt(({ signal }) => this.modules.get(worker, { strict: false }).reach(signal))
      .withTimeout(patienceMs)
      .cacheFor(freshMs);
    return result[name]?.status === 'up'
      ? session.up()
      : session.degraded({ message: 'it does not respond' });
  }
}
