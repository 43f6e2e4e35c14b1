import { RemoteServiceError } from '../repository/index.js';
import { backoffMs, spreadMs } from '../timing/index.js';
import type { Sign } from './circuit-breaker.js';
import { DeliveryCutError } from './delivery-limit.js';

const second = 1_000;
const minute = 60 * second;
const waits = { firstMs: second, maxMs: 15 * minute };
/** How many process crashes a message may cause before it is dead: more than an hour of crashes. */
const maxLostLeases = 20;

/** 4xx after which the same request may be accepted later. */
const transientStatus = new Set([408, 409, 425, 429]);
/**
 * Statuses that concern this very request. The service is healthy, however many of them come in a row; every other
 * refusal would affect the next message as well.
 */
const statusOfTheMessage = new Set([400, 409, 413, 422, 425, 429]);

export interface Verdict {
  /** What the failure says about the service. */
  readonly sign: Sign;
  /** Milliseconds until the next attempt; undefined when there is none. */
  readonly delayMs?: number;
}

/** Decides whether and when a message whose delivery failed is retried, from its own responses alone. */
export class RetryPolicy {
  /** A count, because unlike a moment it does not depend on the clock. */
  readonly #maxAttempts: number;

  /**
   * @param retryForMs minimum time for which a message is retried, however short its random delays are
   * @param unknownWaitMs the delay before a delivery with an unknown outcome is repeated
   */
  constructor(
    retryForMs: number,
    private readonly unknownWaitMs: number,
    private readonly random: () => number = Math.random,
  ) {
    let attempts = 1;
    for (let minDelayMs = 0; minDelayMs < retryForMs; attempts++)
      minDelayMs += backoffMs(attempts, waits) / 2;
    this.#maxAttempts = attempts + maxLostLeases;
  }

  /** @param attempts claims so far, this one included */
  judgeFailure(error: unknown, attempts: number): Verdict {
    const sign = signOf(error);
    if (!canPass(error) || attempts >= this.#maxAttempts) return { sign };
    const requested = error instanceof RemoteServiceError ? (error.failure.retryAfterMs ?? 0) : 0;
    const unknown = isUnknown(error) ? this.unknownWaitMs : 0;
    return { sign, delayMs: Math.max(requested, unknown, this.#wait(attempts)) };
  }

  /**
   * After an expired lease: the process may have crashed because of this very message. The delays grow, so that it
   * meets the unrelated messages that crashed with it ever more rarely.
   * @param lost leases lost before this one
   * @returns milliseconds until the next attempt; undefined when there is none
   */
  judgeLost(lost: number, attempts: number): number | undefined {
    if (lost + 1 >= maxLostLeases || attempts >= this.#maxAttempts) return undefined;
    return lost === 0 ? 0 : this.#wait(lost);
  }

  #wait(attempts: number): number {
    return Math.round(spreadMs(backoffMs(attempts, waits), this.random));
  }
}

/** Whether another attempt could succeed. */
function canPass(error: unknown): boolean {
  if (!(error instanceof RemoteServiceError)) return true;
  const { status } = error.failure;
  return status === undefined || status >= 500 || transientStatus.has(status);
}

/** A handler that throws an error of its own says nothing about the service. */
function signOf(error: unknown): Sign {
  if (error instanceof DeliveryCutError) return 'failing';
  if (!(error instanceof RemoteServiceError)) return 'unknown';
  return statusOfTheMessage.has(error.failure.status ?? 0) ? 'healthy' : 'failing';
}

/** The request was sent, and no response arrived in time: the service may still be working on it. */
function isUnknown(error: unknown): boolean {
  if (error instanceof DeliveryCutError) return true;
  return error instanceof RemoteServiceError && lateTransports.includes(error.failure.transport ?? '');
}

const lateTransports: readonly string[] = ['ECONNABORTED', 'ETIMEDOUT', 'timeout'];
