import { setMaxListeners } from 'node:events';
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
import { declareHandledTopics } from './handled-topics.js';
import { Housekeeping } from './housekeeping.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Claimed, ClaimScope } from './outbox-queue.js';
import { RecordedMessages } from './recorded-messages.js';
import type { TopicLane } from './topic-lane.js';
import { createLanes } from './topic-lanes.js';
import { WakeableSleep } from './wakeable-sleep.js';

/** The safety net under the wake-ups: how long the courier sleeps at most, in milliseconds. */
const longestSleep = 2_000;
const shortestSleep = 5;

/**
 * Delivers recorded messages: claims what is due and dispatches it. There is no round that all must end: each delivery
 * that ends makes room for the next claim, so a slow recipient holds one place and nobody up.
 */
@Injectable()
export class Courier implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Courier.name);
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #sleep = new WakeableSleep();
  readonly #recorded = new RecordedMessages(() => this.#announce());
  #lanes: TopicLane[] = [];
  #running: Promise<void> = Promise.resolve();
  #tending: Promise<void> | undefined;
  #reporting: Promise<void> | undefined;
  #stopListening = async () => {};
  #isReachable = true;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
    private readonly dispatch: Dispatch,
    private readonly housekeeping: Housekeeping,
    private readonly reports: ConsumerReports,
    private readonly signal: CommitSignal,
    private readonly options: CourierOptions,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @throws DuplicateHandlerError when two handlers would share out the messages of a topic */
  onModuleInit(): void {
    this.#lanes = createLanes(this.discovery, this.clock, this.options.concurrency);
    declareHandledTopics(
      this.dataSource,
      this.#lanes.map(({ topic }) => topic),
    );
  }

  onApplicationBootstrap(): void {
    // Every delivery under way listens for the stop.
    setMaxListeners(this.options.concurrency, this.#stopping.signal);
    this.dataSource.subscribers.push(this.#recorded);
    this.#stopListening = this.signal.listen(() => this.wake());
    this.#running = this.#run();
  }

  /** Waits for the deliveries under way, for a while; then aborts them, which puts them back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    this.dataSource.subscribers.splice(this.dataSource.subscribers.indexOf(this.#recorded), 1);
    this.wake();
    await this.#running;
    await this.#stopListening();
  }

  /** Looks for due messages at once. */
  wake(): void {
    this.#sleep.wake();
  }

  /** Topics by whether they are held back from a service that keeps failing. */
  get breakers(): ReadonlyMap<string, Pick<CircuitBreaker, 'isOpen' | 'wait' | 'hold'>> {
    return new Map(this.#lanes.map(({ topic, breaker }) => [topic, breaker]));
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #announce(): void {
    this.wake();
    this.signal.announce().catch(() => this.#logger.debug('Other processes could not be told of a message'));
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#sleep.reset();
      this.#tend();
      this.#report();
      const duration = await this.#claimAndSend();
      if (!this.#isStopping) await this.#sleep.sleep(duration);
    }
    await this.#tending;
    await Promise.all(this.#underWay.values());
    await this.#reporting;
    await this.reports.leave(this.#lanes);
  }

  /** Beside the deliveries, too. */
  #report(): void {
    this.#reporting ??= this.reports.report([...this.#lanes]).then(() => {
      this.#reporting = undefined;
    });
  }

  /** Beside the deliveries, which never wait for it. */
  #tend(): void {
    this.#tending ??= this.housekeeping.tend(new Set(this.#underWay.keys())).then((tookBack) => {
      this.#tending = undefined;
      if (tookBack) this.wake();
    });
  }

  /** @returns milliseconds until there may be more to do */
  async #claimAndSend(): Promise<number> {
    let duration = longestSleep;
    try {
      for (const lane of this.#lanes) duration = Math.min(duration, await this.#serve(lane));
      this.#isReachable = true;
    } catch (error) {
      if (this.#isReachable) this.#logger.warn(`Messages cannot be claimed: ${String(error)}`);
      this.#isReachable = false;
    }
    // The lane that came first comes last next time.
    this.#lanes.push(...this.#lanes.splice(0, 1));
    return Math.max(shortestSleep, duration);
  }

  /** @returns milliseconds until this lane may have more to do, unless a delivery ends before */
  async #serve(lane: TopicLane): Promise<number> {
    const now = this.clock.now();
    const { breaker } = lane;
    // Also while the claim is under way, for a place that is given back meanwhile is not in its reckoning.
    lane.isFull = true;
    const places = Math.min(lane.places, this.options.concurrency - this.#underWay.size);
    if (places <= 0) return breaker.wait || longestSleep;
    if (breaker.room === 0) {
      await this.#claim(lane, places, 'urgent');
      return breaker.wait || longestSleep;
    }
    lane.isFull = await this.#fill(lane, Math.min(places, breaker.room));
    if (lane.isFull) return breaker.wait || longestSleep;
    if (this.#sleep.isWoken) return 0;
    const due = await this.queue.nextDue(lane.topic, now);
    return due === null ? longestSleep : due - this.clock.now();
  }

  /** @returns whether more may be due than there was place for */
  async #fill(lane: TopicLane, places: number): Promise<boolean> {
    const limit = Math.min(places, lane.placesForRetries);
    if (limit > 0 && (await this.#claim(lane, limit, 'due')) < limit) return false;
    if (limit < places) await this.#claim(lane, places - Math.max(0, limit), 'untried');
    return true;
  }

  /** @returns how many were claimed, and are being sent */
  async #claim(lane: TopicLane, limit: number, scope: ClaimScope): Promise<number> {
    const leasedAt = this.clock.elapsed();
    const claimed = await this.queue.claim(lane.topic, limit, this.options.lease, scope);
    for (const message of claimed) this.#send(lane, message, leasedAt + this.options.lease);
    return claimed.length;
  }

  #send(lane: TopicLane, message: Claimed, leaseEnd: number): void {
    const ended = lane.begin(message);
    let isDelivered = false;
    const sending = this.dispatch
      .send(lane, message, leaseEnd, this.#stopping.signal)
      .then((delivered) => void (isDelivered = delivered))
      .finally(() => {
        ended();
        this.#underWay.delete(message.id);
        // A delivery lets others go only where they waited for its place or for its turn.
        if (!isDelivered || message.isOrdered || this.#lanes.some(({ isFull }) => isFull)) this.wake();
      });
    this.#underWay.set(message.id, sending);
  }
}
