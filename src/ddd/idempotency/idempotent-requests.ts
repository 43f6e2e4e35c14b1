import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Claim } from './idempotency-record.repository.js';
import { reportOutcome } from './idempotency-channel.js';
import { IdempotencyOptions } from './idempotency-options.js';
import { KeyReusedError, RequestInProgressError } from './idempotency.errors.js';
import { IdempotencyWorker } from './idempotency.worker.js';
import type { RecordedResponse } from './recorded-response.js';

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
  /** Runs the operation, with all its units of work combined into one. */
  readonly execute: () => Promise<RecordedResponse>;
  /** @returns undefined for an error that does not count as a result, so that a retry executes the request */
  readonly responseTo: (error: unknown) => RecordedResponse | undefined;
}

/** Well within the lease. */
const renewEveryMs = 1_000;
/** Each statement on a record is complete in itself. */
const readCommitted = { isolation: 'READ COMMITTED' } as const;

/**
 * Executes a request once per key. The response is recorded in the unit of work of the request: whenever the process
 * dies, both are committed or neither.
 */
@Injectable()
export class IdempotentRequests {
  readonly #logger = new Logger('Idempotency');

  constructor(
    private readonly worker: IdempotencyWorker,
    private readonly options: IdempotencyOptions,
  ) {}

  /**
   * @returns the response, recorded now or before
   * @throws KeyReusedError, RequestInProgressError, and what the operation throws
   */
  async respond(request: KeyedRequest, execution: Execution): Promise<RecordedResponse> {
    const claim = this.#claimOf(request);
    const recorded = await this.#claim(claim);
    if (!recorded) return this.#execute(claim, execution);
    reportOutcome('repeated');
    return recorded;
  }

  /** @throws KeyReusedError, RequestInProgressError */
  async #claim(claim: Claim): Promise<RecordedResponse | undefined> {
    try {
      return await this.worker.run(({ record }) => record.claim(claim, Date.now()), readCommitted);
    } catch (error) {
      if (error instanceof KeyReusedError) reportOutcome('key-reused');
      if (error instanceof RequestInProgressError) reportOutcome('in-progress');
      throw error;
    }
  }

  async #execute(claim: Claim, { execute, responseTo }: Execution): Promise<RecordedResponse> {
    let combined: { readonly hasBegun: boolean; readonly isOpen: boolean } | undefined;
    const renewal = setInterval(() => {
      // A renewal while the unit is open would conflict with its record.
      if (!combined?.isOpen) void this.#renew(claim);
    }, renewEveryMs).unref();
    try {
      const response = await this.worker.runCombined(async (unit) => {
        combined = unit;
        const executed = await execute();
        await this.#complete(claim, executed);
        return executed;
      });
      reportOutcome('executed');
      return response;
    } catch (error) {
      const response = combined?.hasBegun ? responseTo(error) : undefined;
      // The unit was rolled back, so the response is recorded on its own.
      if (response) await this.#try('completed', () => this.#complete(claim, response));
      else
        await this.#try('released', () =>
          this.worker.run(({ record }) => record.release(claim), readCommitted),
        );
      reportOutcome(response ? 'executed' : 'released');
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  async #complete(claim: Claim, response: RecordedResponse): Promise<void> {
    await this.worker.run(({ record }) => record.complete(claim, response, Date.now()), readCommitted);
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
