import { setMaxListeners } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CircuitBreaker } from './circuit-breaker.js';
import { Clock } from './clock.js';
import { CommitSignal } from './commit-signal.js';
import { CourierOptions } from './courier-options.js';
import { Dispatch } from './dispatch.js';
import { Housekeeping } from './housekeeping.js';
import { Delivers } from './message-handler.js';
import type { MessageHandler } from './message-handler.js';
import { OutboxQueue } from './outbox-queue.js';
import type { Claimed } from './outbox-queue.js';
import { RecordedMessages } from './recorded-messages.js';
import { TopicLane } from './topic-lane.js';
import { WakeableSleep } from './wakeable-sleep.js';

/** The safety net under the wake-ups: how long the courier sleeps at most, in milliseconds. */
const longestSleep = 2_000;
const shortestSleep = 5;

/**
 * Delivers recorded messages: claims what is due and dispatches it. There is no round that all must end: each delivery
 * that ends makes room for the next claim, so a slow recipient holds one place and nobody up.
 */
@Injectable()
export class Courier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Courier.name);
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #sleep = new WakeableSleep();
  readonly #recorded = new RecordedMessages(() => this.#announce());
  #lanes: TopicLane[] = [];
  #running: Promise<void> = Promise.resolve();
  #tending: Promise<void> | undefined;
  #stopListening = async () => {};
  #isReachable = true;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
    private readonly dispatch: Dispatch,
    private readonly housekeeping: Housekeeping,
    private readonly signal: CommitSignal,
    private readonly options: CourierOptions,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {}

  onApplicationBootstrap(): void {
    this.#lanes = this.#layLanes();
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

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #layLanes(): TopicLane[] {
    const providers = this.discovery.getProviders({ metadataKey: Delivers.KEY });
    const share = Math.max(1, Math.floor(this.options.concurrency / providers.length));
    return providers.map(({ instance, metatype }) => {
      const topic = String(metatype && Reflect.getMetadata(Delivers.KEY, metatype));
      return new TopicLane(topic, instance as MessageHandler, new CircuitBreaker(this.clock), share);
    });
  }

  #announce(): void {
    this.wake();
    this.signal.announce().catch(() => this.#logger.debug('Other processes could not be told of a message'));
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#sleep.reset();
      this.#tend();
      const duration = await this.#claimAndSend();
      if (!this.#isStopping) await this.#sleep.sleep(duration);
    }
    await this.#tending;
    await Promise.all(this.#underWay.values());
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
    const room = Math.min(lane.room, this.options.concurrency - this.#underWay.size);
    // Also while the claim is under way, for a place that is given back meanwhile is not in its reckoning.
    lane.isFull = true;
    if (room <= 0) return lane.breaker.wait || longestSleep;
    const now = this.clock.now();
    const leasedAt = this.clock.elapsed();
    const claimed = await this.queue.claim(lane.topic, room, this.options.lease);
    for (const message of claimed) this.#send(lane, message, leasedAt + this.options.lease);
    lane.isFull = claimed.length === room;
    if (lane.isFull) return lane.breaker.wait || longestSleep;
    if (this.#sleep.isWoken) return 0;
    const due = await this.queue.nextDue(lane.topic, now);
    return due === null ? longestSleep : due - this.clock.now();
  }

  #send(lane: TopicLane, message: Claimed, leaseEnd: number): void {
    lane.underWay++;
    let isDelivered = false;
    const sending = this.dispatch
      .send(lane, message, leaseEnd, this.#stopping.signal)
      .then((delivered) => void (isDelivered = delivered))
      .finally(() => {
        lane.underWay--;
        this.#underWay.delete(message.id);
        // A delivery lets others go only where they waited for its place or for its turn.
        if (!isDelivered || message.isOrdered || this.#lanes.some(({ isFull }) => isFull)) this.wake();
      });
    this.#underWay.set(message.id, sending);
  }
}
