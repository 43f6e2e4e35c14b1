import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { traceChannels } from '../diagnostics/index.js';
import { RemoteServiceError } from '../repository/index.js';
import { SqlWorker } from '../worker/index.js';
import { reportAttempt } from './attempt-channel.js';
import { Clock } from './clock.js';
import { consumerOf } from './consumer-name.js';
import { CourierOptions } from './courier-options.js';
import { DeliveryCutError, withinDeliveryLimit } from './delivery-limit.js';
import type { Delivery } from './message-handler.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Claimed, Result } from './leased-message.js';
import { RetryPolicy } from './retry-policy.js';
import type { TopicConsumer } from './topic-consumer.js';

/** Time between two attempts to write a result. */
const settleRetryDelayMs = 500;

/** One attempt at delivering a message: passes it to its handler, judges, records and reports the result. */
@Injectable()
export class Dispatch {
  readonly #logger = new Logger(Dispatch.name);

  constructor(
    private readonly queue: OutboxQueue,
    private readonly worker: SqlWorker,
    private readonly policy: RetryPolicy,
    private readonly options: CourierOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Never throws: a result that cannot be written is left to the lease.
   * @param leaseEnd when the lease expires, on the monotonic clock
   * @param ended called when the handler has ended, before the result is written
   * @returns whether it was delivered and the delivery recorded
   */
  async send(
    consumer: TopicConsumer,
    message: Claimed,
    leaseEnd: number,
    stopping: AbortSignal,
    ended: () => void,
  ): Promise<boolean> {
    const startedAt = this.clock.now();
    const started = this.clock.elapsed();
    if (started + consumer.limits.timeoutMs > leaseEnd) {
      this.#logger.warn(`Message ${message.id} is left to its lease, because this process was suspended`);
      return false;
    }
    const end = await this.#attempt(consumer, message, stopping);
    ended();
    const result: Result = { ...end, startedAt, duration: this.clock.elapsed() - started };
    const settled = await this.#settle(message, result, leaseEnd, stopping);
    if (settled === undefined) return false;
    this.#report(message, result, settled);
    return settled && result.outcome === 'delivered';
  }

  async #attempt(
    consumer: TopicConsumer,
    { id, messageId, dueAt, payload, attempts, traceParent }: Claimed,
    stopping: AbortSignal,
  ): Promise<Omit<Result, 'startedAt' | 'duration'>> {
    const content = parsed(payload);
    if (!content) return { outcome: 'dead', error: 'its payload is not a JSON object' };
    const end = consumer.breaker.begin();
    const { timeoutMs } = consumer.limits;
    const { shutdownGraceMs: graceMs } = this.options;
    try {
      await withinDeliveryLimit({ timeoutMs, stopping, graceMs }, async (signal) =>
        traceChannels.delivery.run(
          consumer.queue,
          () => this.#deliver(consumer, content, { key: id, messageId, dueAt: new Date(dueAt), signal }),
          traceParent,
        ),
      );
      this.#sign(consumer, () => end({ sign: 'healthy' }));
      return { outcome: 'delivered' };
    } catch (error) {
      const reason = this.#reasonOf(error, id);
      if (stopping.aborted && error instanceof DeliveryCutError) {
        end({ sign: 'unknown' });
        return { outcome: 'retry', error: reason, delayMs: 0 };
      }
      const { sign, delayMs } = this.policy.judgeFailure(error, attempts);
      const { status, retryAfterMs } = error instanceof RemoteServiceError ? error.failure : {};
      this.#sign(consumer, () =>
        end({ sign, reason, ...(retryAfterMs !== undefined && { requestedPauseMs: retryAfterMs }) }),
      );
      return {
        outcome: delayMs === undefined ? 'dead' : 'retry',
        error: reason,
        ...(status !== undefined && { status }),
        ...(delayMs !== undefined && { delayMs }),
      };
    }
  }

  async #deliver({ handler, limits }: TopicConsumer, content: object, delivery: Delivery): Promise<void> {
    if (!limits.exactlyOnce) return handler.deliver(content, delivery);
    await this.worker.runCombined(async () => {
      const isNew = await this.worker.idempotently(`outbox ${delivery.key}`, async () => true);
      if (isNew) await handler.deliver(content, delivery);
    });
  }

  #sign({ breaker, queue }: TopicConsumer, give: () => void): void {
    const wasOpen = breaker.isOpen;
    give();
    if (breaker.hold && !wasOpen)
      this.#logger.warn(
        `${queue} keeps failing: its messages are held back, except for a probe from time to time (${breaker.hold.reason})`,
      );
    if (wasOpen && !breaker.isOpen) this.#logger.log(`${queue} is delivered again`);
  }

  /**
   * The error text that may be stored. An unknown error may quote anything, so only its class and location are used.
   */
  #reasonOf(error: unknown, id: string): string {
    if (error instanceof RemoteServiceError || error instanceof DeliveryCutError) return error.message;
    const { name, stack = '' } = error instanceof Error ? error : new Error();
    const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
    this.#logger.error(`The handler of message ${id} threw ${name}`, frames.join('\n'));
    return `the handler threw ${name}`.slice(0, 500);
  }

  /** Retries until the lease expires: an unrecorded delivery would be repeated. */
  async #settle(
    message: Claimed,
    result: Result,
    leaseEnd: number,
    stopping: AbortSignal,
  ): Promise<boolean | undefined> {
    for (;;) {
      try {
        return await this.queue.settle(message, result);
      } catch (error) {
        this.#logger.warn(`The result of message ${message.id} could not be written: ${String(error)}`);
        if (stopping.aborted || this.clock.elapsed() + settleRetryDelayMs > leaseEnd) return undefined;
        await pause(settleRetryDelayMs);
      }
    }
  }

  #report({ id, queue }: Claimed, { outcome, status, duration, error }: Result, settled: boolean): void {
    reportAttempt({
      ...consumerOf(queue),
      outcome: settled ? outcome : 'late',
      duration,
      ...(status !== undefined && { status }),
    });
    if (!settled) this.#logger.warn(`The lease of message ${id} was lost, its result is dropped`);
    else if (outcome === 'dead') this.#logger.error(`Message ${id} is given up: ${error}`);
    else if (outcome === 'retry') this.#logger.warn(`Message ${id} is tried again: ${error}`);
  }
}

function parsed(payload: string): object | undefined {
  try {
    const content: unknown = JSON.parse(payload);
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}
