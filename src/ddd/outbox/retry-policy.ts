import { RemoteServiceError } from '../repository/index.js';
import type { Sign } from './circuit-breaker.js';
import { DeliveryCutError } from './delivery-limit.js';

const second = 1_000;
const minute = 60 * second;
const firstWait = second;
const maxWaitMs = 15 * minute;
/** How often a message may cost its process its life before it is given up: more than an hour of such lives. */
const maxLostLeases = 20;

/** 4xx after which the same request may be accepted later. */
const transientStatus = new Set([408, 409, 425, 429]);
/**
 * Answers about this very request. The service is well, however many of them come in a row; every other refusal would
 * meet the next message just the same.
 */
const statusOfTheMessage = new Set([400, 409, 413, 422, 425, 429]);

export interface Verdict {
  /** What the failure says about the service. */
  readonly sign: Sign;
  /** Milliseconds until the next try; undefined when there is none. */
  readonly delay?: number;
}

/** Whether a message whose delivery failed is tried again, and when: by its own answers alone. */
export class RetryPolicy {
  /** A count, for unlike a moment it is the same whatever the clock does. */
  readonly #maxAttempts: number;

  /**
   * @param retryFor milliseconds for which a message is tried at least, however short its random waits are
   * @param unknownWait milliseconds before a delivery of which nobody knows the outcome is repeated
   */
  constructor(
    retryFor: number,
    private readonly unknownWait: number,
    private readonly random: () => number = Math.random,
  ) {
    let attempts = 1;
    for (let minDelayMs = 0; minDelayMs < retryFor; attempts++) minDelayMs += fullWait(attempts) / 2;
    this.#maxAttempts = attempts + maxLostLeases;
  }

  /** @param attempts claims so far, this one included */
  judgeFailure(error: unknown, attempts: number): Verdict {
    const sign = signOf(error);
    if (!canPass(error) || attempts >= this.#maxAttempts) return { sign };
    const requested = error instanceof RemoteServiceError ? (error.failure.retryAfterMs ?? 0) : 0;
    const unknown = isUnknown(error) ? this.unknownWait : 0;
    return { sign, delay: Math.max(requested, unknown, this.#wait(attempts)) };
  }

  /**
   * After a lease that ran out: the process may have died of this very message. The waits grow, so that it meets the
   * innocent messages that died beside it ever more rarely.
   * @param lost leases lost before this one
   * @returns milliseconds until the next try; undefined when there is none
   */
  judgeLost(lost: number, attempts: number): number | undefined {
    if (lost + 1 >= maxLostLeases || attempts >= this.#maxAttempts) return undefined;
    return lost === 0 ? 0 : this.#wait(lost);
  }

  /** Half fixed, half random. */
  #wait(attempts: number): number {
    const full = fullWait(attempts);
    return Math.round(full / 2 + (this.random() * full) / 2);
  }
}

/** From 1 s, doubling to 15 min. */
const fullWait = (attempts: number) => Math.min(maxWaitMs, firstWait * 2 ** (attempts - 1));

/** Whether another try could end otherwise. */
function canPass(error: unknown): boolean {
  if (!(error instanceof RemoteServiceError)) return true;
  const { status } = error.failure;
  return status === undefined || status >= 500 || transientStatus.has(status);
}

/** A handler that throws an error of its own says nothing about the service. */
function signOf(error: unknown): Sign {
  if (error instanceof DeliveryCutError) return 'failing';
  if (!(error instanceof RemoteServiceError)) return 'unknown';
  return statusOfTheMessage.has(error.failure.status ?? 0) ? 'well' : 'failing';
}

/** The request was sent, and no answer came in time: the service may still be at work on it. */
function isUnknown(error: unknown): boolean {
  if (error instanceof DeliveryCutError) return true;
  return error instanceof RemoteServiceError && lateTransports.includes(error.failure.transport ?? '');
}

const lateTransports: readonly string[] = ['ECONNABORTED', 'ETIMEDOUT', 'timeout'];
