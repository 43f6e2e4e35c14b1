import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { HttpError } from '../../http/errors/http.error.js';
import { HealthIndicators } from './health-indicators.js';

export interface Readiness {
  readonly status: 'ok' | 'degraded';
  /** By check. */
  readonly details: HealthCheckResult['details'];
}

/**
 * Whether requests should be routed here. Without a writable database this process can do nothing. Waiting messages and an
 * unreachable notification service only degrade it: accounts work without them, and no other process would do better.
 */
@Injectable()
export class ReadinessCheck {
  readonly #logger = new Logger('Readiness');
  #lastReported = 'ok';

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicators,
  ) {}

  /** @throws HttpError 503 that says what is missing */
  async run(): Promise<Readiness> {
    const { status, details } = await this.#check();
    this.#report(details);
    const down = Object.keys(details).filter((name) => details[name]?.status === 'down');
    if (down.length)
      throw new HttpError(503, `Not ready: ${down.map((name) => reasonOf(details, name)).join('; ')}`);
    return { status: status === 'degraded' ? 'degraded' : 'ok', details };
  }

  async #check(): Promise<HealthCheckResult> {
    const { indicators } = this;
    try {
      return await this.health.check([
        () => indicators.database(),
        () => indicators.schema(),
        () => indicators.courier(),
        ...indicators.remoteServices(),
      ]);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  /** Logs each problem once, not at every probe. */
  #report(details: HealthCheckResult['details']): void {
    const problem = Object.entries(details)
      .filter(([, { status }]) => status !== 'up')
      .map(([name, { status }]) => `${name} is ${status} (${reasonOf(details, name)})`);
    const now = problem.join(', ') || 'ok';
    // Two reasons that differ only in a number are the same reason.
    const kind = now.replaceAll(/\d+/g, '#');
    if (kind === this.#lastReported) return;
    this.#lastReported = kind;
    if (problem.length) this.#logger.warn(`Readiness: ${now}`);
    else this.#logger.log('Readiness: ok again');
  }
}

/** Why requests should go elsewhere, in words that reveal nothing about the internals. */
const reasonOf = (details: HealthCheckResult['details'], name: string) =>
  String(details[name]?.['message'] ?? name);
