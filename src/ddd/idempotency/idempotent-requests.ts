import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Claim } from './idempotency-record.repository.js';
import { IdempotencyOptions } from './idempotency-options.js';
import { IdempotencyWorker } from './idempotency.worker.js';
import type { RecordedAnswer } from './recorded-answer.js';

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  readonly route: string;
  /** Undefined on public routes. */
  readonly callerId: string | undefined;
  readonly key: string;
  /** The query and the body, as JSON. */
  readonly content: unknown;
}

export interface Execution {
  /** Runs the operation, whose units of work are one. */
  readonly execute: () => Promise<RecordedAnswer>;
  /** @returns undefined for an error that does not count as a result, so that a retry executes the request */
  readonly answerTo: (error: unknown) => RecordedAnswer | undefined;
}

/** Well within the lease. */
const renewEveryMs = 1_000;
/** Every statement on a record decides by itself. */
const readCommitted = { isolation: 'READ COMMITTED' } as const;

/**
 * Executes a request once for its key. The answer is recorded in the unit of work of the request, so either both are
 * there or neither, whenever the process dies.
 */
@Injectable()
export class IdempotentRequests {
  readonly #logger = new Logger('Idempotency');

  constructor(
    private readonly worker: IdempotencyWorker,
    private readonly options: IdempotencyOptions,
  ) {}

  /**
   * @returns the answer, recorded now or before
   * @throws KeyReusedError, RequestInProgressError, and what the operation throws
   */
  async answer(request: KeyedRequest, execution: Execution): Promise<RecordedAnswer> {
    const claim = this.#claimOf(request);
    const known = await this.worker.run(({ record }) => record.claim(claim, Date.now()), readCommitted);
    return known ?? this.#execute(claim, execution);
  }

  async #execute(claim: Claim, { execute, answerTo }: Execution): Promise<RecordedAnswer> {
    let combined: { readonly hasBegun: boolean; readonly isOpen: boolean } | undefined;
    const renewal = setInterval(() => {
      // The lease outlasts a unit of 5 s, and a renewal during it would conflict with its record.
      if (!combined?.isOpen) void this.#renew(claim);
    }, renewEveryMs).unref();
    try {
      return await this.worker.runCombined(async (unit) => {
        combined = unit;
        const answer = await execute();
        await this.#complete(claim, answer);
        return answer;
      });
    } catch (error) {
      const answer = combined?.hasBegun ? answerTo(error) : undefined;
      // The unit was rolled back, so the response is recorded on its own.
      if (answer) await this.#try('completed', () => this.#complete(claim, answer));
      else
        await this.#try('released', () =>
          this.worker.run(({ record }) => record.giveUp(claim), readCommitted),
        );
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  async #complete(claim: Claim, answer: RecordedAnswer): Promise<void> {
    await this.worker.run(({ record }) => record.complete(claim, answer, Date.now()), readCommitted);
  }

  async #renew(claim: Claim): Promise<void> {
    await this.#try('renewed', () =>
      this.worker.run(({ record }) => record.renew(claim, Date.now()), readCommitted),
    );
  }

  /** A failure here only means that the key stays claimed until the lease expires. */
  async #try(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logger.warn(`A claim could not be ${what}: ${String(error)}`);
    }
  }

  #claimOf({ route, callerId, key, content }: KeyedRequest): Claim {
    const id = createHash('sha256')
      .update(JSON.stringify([route, callerId ?? null, key]))
      .digest('hex');
    const fingerprint = createHmac('sha256', this.options.fingerprintKey())
      .update(JSON.stringify([id, content]))
      .digest('hex');
    return { id, fingerprint, leaseToken: randomUUID() };
  }
}
