import { setMaxListeners } from 'node:events';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { CircuitBreaker } from './circuit-breaker.js';
import { Clock } from './clock.js';
import { CommitSignal } from './commit-signal.js';
import { ConsumerReports } from './consumer-reports.js';
import { CourierOptions } from './courier-options.js';
import { Dispatch } from './dispatch.js';
import { declareConsumers } from './handled-topics.js';
import { OutboxMaintenance } from './outbox-maintenance.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Claimed } from './leased-message.js';
import type { ClaimScope } from './outbox-queue.js';
import { RecordedMessages } from './recorded-messages.js';
import { Subscriptions } from './subscriptions.js';
import { freeSlots } from './topic-consumer.js';
import type { TopicConsumer } from './topic-consumer.js';
import { createConsumers } from './topic-consumers.js';
import { WakeableSleep } from './wakeable-sleep.js';

/** The longest sleep of the courier, in case a wake-up is lost. */
const maxSleepMs = 2_000;
const minSleepMs = 5;

/**
 * Delivers recorded messages: claims due messages and dispatches them. There is no batch barrier. Each finished
 * delivery frees a slot, so a slow recipient blocks only its own.
 */
@Injectable()
export class Courier implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Courier.name);
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #sleep = new WakeableSleep();
  readonly #recorded = new RecordedMessages(() => this.#announce());
  #consumers: TopicConsumer[] = [];
  #running: Promise<void> = Promise.resolve();
  #maintenanceRun: Promise<void> | undefined;
  #reporting: Promise<void> | undefined;
  #stopListening = async () => {};
  #isReachable = true;
  /** Counts the calls of `wake`: after each of them every consumer may have due messages. */
  #news = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
    private readonly dispatch: Dispatch,
    private readonly maintenance: OutboxMaintenance,
    private readonly reports: ConsumerReports,
    private readonly subscriptions: Subscriptions,
    private readonly signal: CommitSignal,
    private readonly options: CourierOptions,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @throws DuplicateHandlerError when two handlers share a consumer name, InvalidConsumerError */
  onModuleInit(): void {
    this.#consumers = createConsumers(this.discovery, this.clock, this.options);
    declareConsumers(
      this.dataSource,
      this.#consumers.map(({ name }) => name),
    );
  }

  onApplicationBootstrap(): void {
    // Every delivery in flight listens for the stop.
    const limited = this.#consumers.filter(({ limits }) => !limits.isLending);
    const slots = limited.reduce((sum, { limits }) => sum + limits.slots, this.options.concurrency);
    setMaxListeners(slots, this.#stopping.signal);
    this.dataSource.subscribers.push(this.#recorded);
    this.#stopListening = this.signal.listen(() => this.wake());
    this.#running = this.#run();
  }

  /**
   * Waits for the deliveries in flight up to the grace period; then aborts them, which returns their messages to the
   * queue.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.dataSource.subscribers.splice(this.dataSource.subscribers.indexOf(this.#recorded), 1);
    this.wake();
    await this.#running;
    await this.#stopListening();
  }

  /** Looks for due messages immediately. */
  wake(): void {
    this.#news++;
    this.#sleep.wake();
  }

  /** Queues of consumers, and whether they are held back from a service that keeps failing. */
  get breakers(): ReadonlyMap<string, Pick<CircuitBreaker, 'isOpen' | 'wait' | 'hold'>> {
    return new Map(this.#consumers.map(({ queue, breaker }) => [queue, breaker]));
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #announce(): void {
    // After the response to the request that has committed: it must not take longer because it has recorded a message.
    void endOfTurn().then(() => this.wake());
    this.signal
      .announce()
      .catch(() => this.#logger.debug('Other processes could not be notified of a message'));
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#sleep.reset();
      this.#runMaintenance();
      this.#report();
      const waitMs = await this.#claimAndSend();
      if (this.#isStopping) break;
      await this.#sleep.sleep(waitMs);
      // What ends in this turn of the event loop frees its slots first: one claim fills them all.
      await endOfTurn();
    }
    await this.#maintenanceRun;
    await Promise.all(this.#inFlight.values());
    await this.#reporting;
    await this.reports.leave(this.#consumers);
  }

  /** Runs concurrently with the deliveries. */
  #report(): void {
    this.#reporting ??= this.reports.report([...this.#consumers]).then(() => {
      this.#reporting = undefined;
    });
  }

  /** Runs concurrently with the deliveries, which never wait for it. */
  #runMaintenance(): void {
    this.#maintenanceRun ??= this.maintenance.run(new Set(this.#inFlight.keys())).then((tookBack) => {
      this.#maintenanceRun = undefined;
      if (tookBack) this.wake();
    });
  }

  async #subscribe(): Promise<void> {
    for (const consumer of this.#consumers) {
      if (consumer.isSubscribed) continue;
      await this.subscriptions.subscribe(consumer.name, consumer.includesEarlier);
      consumer.isSubscribed = true;
    }
  }

  /** @returns milliseconds until there may be more to do */
  async #claimAndSend(): Promise<number> {
    let waitMs = maxSleepMs;
    try {
      await this.#subscribe();
      for (const consumer of this.#consumers) waitMs = Math.min(waitMs, await this.#serve(consumer));
      this.#isReachable = true;
    } catch (error) {
      if (this.#isReachable) this.#logger.warn(`Messages cannot be claimed: ${String(error)}`);
      this.#isReachable = false;
    }
    // Round robin: the first consumer comes last next time.
    this.#consumers.push(...this.#consumers.splice(0, 1));
    return Math.max(minSleepMs, waitMs);
  }

  /** @returns milliseconds until this consumer may have more to do, unless a delivery ends earlier */
  async #serve(consumer: TopicConsumer): Promise<number> {
    const news = this.#news + consumer.news;
    const idleMs = consumer.idleUntil - this.clock.elapsed();
    if (consumer.seenNews === news && !consumer.fetchWhenSlotFree && idleMs > 0) return idleMs;
    // Never longer, because a wake-up may be lost, and the clock that says when a message is due may be set back.
    const waitMs = Math.min(maxSleepMs, await this.#fetch(consumer));
    consumer.seenNews = news;
    consumer.idleUntil = this.clock.elapsed() + waitMs;
    return waitMs;
  }

  /** @returns as `#serve` */
  async #fetch(consumer: TopicConsumer): Promise<number> {
    const now = this.clock.now();
    const { breaker } = consumer;
    // Set before the claim, because a slot that is freed during the claim is not part of its calculation.
    consumer.fetchWhenSlotFree = true;
    const slots = freeSlots(consumer, this.#consumers, this.options.concurrency);
    if (slots <= 0) return breaker.wait || maxSleepMs;
    if (breaker.availableSlots === 0) {
      await this.#claim(consumer, slots, 'urgent');
      return breaker.wait || maxSleepMs;
    }
    consumer.fetchWhenSlotFree = await this.#fill(consumer, Math.min(slots, breaker.availableSlots));
    if (consumer.fetchWhenSlotFree) return breaker.wait || maxSleepMs;
    if (this.#sleep.isWoken) return 0;
    const due = await this.queue.nextDue(consumer.queue, now);
    return due === null ? maxSleepMs : due - this.clock.now();
  }

  /** @returns whether more messages may be due than there were slots */
  async #fill(consumer: TopicConsumer, slots: number): Promise<boolean> {
    const limit = consumer.freeRetrySlots(slots);
    if (limit > 0 && (await this.#claim(consumer, limit, 'due')) < limit) return false;
    if (limit < slots) await this.#claim(consumer, slots - Math.max(0, limit), 'untried');
    return true;
  }

  /** @returns how many were claimed, and are being sent */
  async #claim(consumer: TopicConsumer, limit: number, scope: ClaimScope): Promise<number> {
    const leasedAt = this.clock.elapsed();
    const { leaseMs } = consumer.limits;
    const claimed = await this.queue.claim(consumer.queue, limit, leaseMs, scope);
    for (const message of claimed) this.#send(consumer, message, leasedAt + leaseMs);
    return claimed.length;
  }

  #send(consumer: TopicConsumer, message: Claimed, leaseEnd: number): void {
    const { ended, written } = consumer.begin(message);
    let isDelivered = false;
    const sending = this.dispatch
      .send(consumer, message, leaseEnd, this.#stopping.signal, () => {
        ended();
        // Claims that begin before the result is written are worth while for several messages.
        if (consumer.fetchWhenSlotFree && consumer.isHalfFree) this.#sleep.wake();
      })
      .then((delivered) => void (isDelivered = delivered))
      .finally(() => {
        written();
        this.#inFlight.delete(message.id);
        if (!isDelivered) consumer.news++;
        // The next of a partition key may be for any consumer.
        if (message.isOrdered) this.wake();
        else if (!isDelivered || this.#consumers.some(({ fetchWhenSlotFree }) => fetchWhenSlotFree))
          this.#sleep.wake();
      });
    this.#inFlight.set(message.id, sending);
  }
}
