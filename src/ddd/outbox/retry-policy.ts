import { RemoteServiceError } from '../repository/remote.errors.js';

const second = 1_000;
const minute = 60 * second;
const firstWait = second;
const longestWait = 15 * minute;
/** How often a message may cost its process its life before it is given up: more than an hour of such lives. */
const mostLost = 20;
const transientStatus = new Set([408, 425, 429]);

export interface Verdict {
  /** Whether another try could end otherwise; false means that the receiver is well and does not want the message. */
  readonly isTransient: boolean;
  /** Milliseconds until the next try; undefined when there is none. */
  readonly delay?: number;
}

/** Whether a message whose delivery failed is tried again, and when. */
export class RetryPolicy {
  /** A count, for unlike a moment it is the same whatever the clock does. */
  readonly #mostAttempts: number;

  /** @param retryFor milliseconds for which a message is tried at least, however short its random waits are */
  constructor(
    retryFor: number,
    private readonly random: () => number = Math.random,
  ) {
    let attempts = 1;
    for (let shortest = 0; shortest < retryFor; attempts++) shortest += fullWait(attempts) / 2;
    this.#mostAttempts = attempts + mostLost;
  }

  /** @param attempts claims so far, this one included */
  judgeFailure(error: unknown, attempts: number): Verdict {
    const isTransient = canPass(error);
    if (!isTransient || attempts >= this.#mostAttempts) return { isTransient };
    const asked = error instanceof RemoteServiceError ? (error.failure.retryAfter ?? 0) : 0;
    return { isTransient, delay: Math.max(asked, this.#wait(attempts)) };
  }

  /**
   * After a lease that ran out: the process may have died of this very message. The waits grow, so that it meets the
   * innocent messages that died beside it ever more rarely.
   * @param lost leases lost before this one
   * @returns milliseconds until the next try; undefined when there is none
   */
  judgeLost(lost: number, attempts: number): number | undefined {
    if (lost + 1 >= mostLost || attempts >= this.#mostAttempts) return undefined;
    return lost === 0 ? 0 : this.#wait(lost);
  }

  /** Half fixed, half random. */
  #wait(attempts: number): number {
    const full = fullWait(attempts);
    return Math.round(full / 2 + (this.random() * full) / 2);
  }
}

/** From 1 s, doubling to 15 min. */
const fullWait = (attempts: number) => Math.min(longestWait, firstWait * 2 ** (attempts - 1));

function canPass(error: unknown): boolean {
  if (!(error instanceof RemoteServiceError)) return true;
  const { status } = error.failure;
  return status === undefined || status >= 500 || transientStatus.has(status);
}
