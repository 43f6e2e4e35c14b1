import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { attempts as told } from '../diagnostics/attempts.js';
import { steps } from '../diagnostics/steps.js';
import { RemoteServiceError } from '../repository/remote.errors.js';
import { CourierOptions } from './courier-options.js';
import { Delivers } from './message-handler.js';
import type { MessageHandler } from './message-handler.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Claimed, Result } from './outbox-queue.js';
import { judgeFailure } from './retry-policy.js';
import { wakeSignal } from './wake-signal.js';

/** The safety net under the wake-ups: how long the courier sleeps at most, in milliseconds. */
const longestSleep = 2_000;
const purgeEvery = 60_000;

/** Delivers recorded messages: claims what is due, hands each to the handler of its topic, writes the result. */
@Injectable()
export class Courier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Courier.name);
  readonly #handlers = new Map<string, MessageHandler>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #wakened = () => this.wake();
  #running: Promise<void> = Promise.resolve();
  #awake = false;
  #poke = () => {};
  #purgedAt = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
    private readonly options: CourierOptions,
    private readonly discovery: DiscoveryService,
  ) {}

  onApplicationBootstrap(): void {
    for (const { instance, metatype } of this.discovery.getProviders({ metadataKey: Delivers.KEY })) {
      const topic: unknown = metatype && Reflect.getMetadata(Delivers.KEY, metatype);
      this.#handlers.set(String(topic), instance as MessageHandler);
    }
    wakeSignal(this.dataSource).on('recorded', this.#wakened);
    this.#running = this.#run();
  }

  /** Waits for the deliveries under way, for a while; then aborts them, which puts them back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    wakeSignal(this.dataSource).off('recorded', this.#wakened);
    this.wake();
    await this.#running;
  }

  /** Looks for due messages at once. */
  wake(): void {
    this.#awake = true;
    this.#poke();
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#awake = false;
      const claimed = await this.#claimAndSend();
      await this.#purge();
      if (claimed === 0 && !this.#awake && !this.#isStopping) await this.#sleep();
    }
    await Promise.all(this.#underWay);
  }

  async #claimAndSend(): Promise<number> {
    const free = this.options.concurrency - this.#underWay.size;
    if (free === 0 || this.#handlers.size === 0) return 0;
    try {
      const messages = await this.queue.claim([...this.#handlers.keys()], free, this.options.lease);
      for (const message of messages) this.#send(message);
      return messages.length;
    } catch (error) {
      this.#logger.warn(`Messages could not be claimed: ${String(error)}`);
      return 0;
    }
  }

  #send(message: Claimed): void {
    const sending = this.#deliver(message)
      .catch((error: unknown) => this.#logger.warn(`A result could not be written: ${String(error)}`))
      .finally(() => {
        this.#underWay.delete(sending);
        this.wake();
      });
    this.#underWay.add(sending);
  }

  async #deliver(message: Claimed): Promise<void> {
    const startedAt = Date.now();
    const result = await this.#attempt(message);
    if (told.hasSubscribers)
      told.publish({
        topic: message.topic,
        outcome: result.outcome,
        status: result.status,
        duration: Date.now() - startedAt,
      });
    const settled = await this.queue.settle(message, {
      ...result,
      startedAt,
      duration: Date.now() - startedAt,
    });
    if (!settled) this.#logger.warn(`The lease of message ${message.id} was lost, its result is dropped`);
    else if (result.outcome === 'dead')
      this.#logger.error(`Message ${message.id} is given up: ${result.error}`);
    else if (result.outcome === 'retry')
      this.#logger.warn(`Message ${message.id} is tried again: ${result.error}`);
  }

  async #attempt({
    id,
    topic,
    payload,
    attempts,
    traceParent,
  }: Claimed): Promise<Pick<Result, 'outcome' | 'status' | 'error' | 'delay'>> {
    const deadline = new AbortController();
    const limit = setTimeout(() => deadline.abort(), this.options.sendTimeout);
    const stop = () => setTimeout(() => deadline.abort(), this.options.shutdownGrace).unref();
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    try {
      await steps.delivery.run(
        topic,
        async () =>
          this.#handlers
            .get(topic)
            ?.deliver(JSON.parse(payload) as object, { key: id, signal: deadline.signal }),
        traceParent,
      );
      return { outcome: 'delivered' };
    } catch (error) {
      const status = error instanceof RemoteServiceError ? error.failure.status : undefined;
      const told = error instanceof RemoteServiceError ? error.message : 'the handler failed';
      return { ...judgeFailure(error, attempts), error: told, ...(status !== undefined && { status }) };
    } finally {
      clearTimeout(limit);
      this.#stopping.signal.removeEventListener('abort', stop);
    }
  }

  async #sleep(): Promise<void> {
    const due = this.#underWay.size ? null : await this.queue.nextDue().catch(() => null);
    const duration = Math.min(longestSleep, Math.max(5, due === null ? longestSleep : due - Date.now()));
    if (this.#awake || this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, duration);
      this.#poke = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #purge(): Promise<void> {
    if (Date.now() - this.#purgedAt < purgeEvery) return;
    this.#purgedAt = Date.now();
    await this.queue.purge(this.options.retention).catch((error: unknown) => {
      this.#logger.warn(`Delivered messages could not be purged: ${String(error)}`);
    });
  }
}
