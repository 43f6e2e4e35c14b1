import type { CircuitBreaker } from './circuit-breaker.js';
import { queueOf } from './consumer-name.js';
import type { ConsumerName } from './consumer-name.js';
import type { MessageHandler } from './message-handler.js';
import type { Claimed } from './leased-message.js';

export interface ConsumerLimits {
  /** Deliveries in flight that are its own, whatever the others do. */
  readonly slots: number;
  /** Whether others may use its free slots, and it theirs; otherwise `slots` is its limit. */
  readonly isLending: boolean;
  readonly timeoutMs: number;
  /** Whether its deliveries are recorded by their keys, in one transaction with their effect. */
  readonly exactlyOnce: boolean;
  /** How long a claim lasts; more than twice the timeout. */
  readonly leaseMs: number;
}

/** A delivery that has begun. */
interface BegunDelivery {
  /** Its handler has ended. */
  readonly ended: () => void;
  /** Its result is written, or never will be. */
  readonly written: () => void;
}

/** One consumer's deliveries in the courier, with slots of its own, so that none holds up another. */
export class TopicConsumer {
  /** Deliveries in flight. */
  inFlight = 0;
  /** Whether more messages may be due than there were free slots. */
  fetchWhenSlotFree = false;
  isSubscribed = false;
  /** When its next message is due, on the monotonic clock, as far as known at the last look. */
  idleUntil = -Infinity;
  /** Counts its failures: after each of them its next due time may be another one. */
  news = 0;
  /** How many news of the courier and its own that look knew. */
  seenNews = -1;
  readonly queue: string;
  #retries = 0;
  #unwritten = 0;

  constructor(
    readonly name: ConsumerName,
    readonly handler: MessageHandler,
    readonly breaker: CircuitBreaker,
    readonly limits: ConsumerLimits,
    readonly includesEarlier: boolean,
  ) {
    this.queue = queueOf(name);
  }

  /**
   * Slots that no delivery may begin in. One whose handler has ended frees its slot, so that results are written while the
   * next messages are claimed and sent. But as many as there are slots never wait to be written: a crash would repeat
   * them, and one slot is to deliver one message after another.
   */
  get takenSlots(): number {
    return this.inFlight + Math.max(0, this.#unwritten - (this.limits.slots - 1));
  }

  get isHalfFree(): boolean {
    return 2 * this.takenSlots <= this.limits.slots;
  }

  /** How many of its slots others must leave free: half, because a delivery in a slot that it lent is not ended early. */
  get reservedSlots(): number {
    return Math.max(0, Math.ceil(this.limits.slots / 2) - this.inFlight);
  }

  /**
   * How many slots messages may take that were tried before. A quarter of its own is reserved for untried ones: any
   * number of slowly failing recipients leaves capacity for new messages.
   */
  freeRetrySlots(freeSlots: number): number {
    return Math.min(freeSlots, Math.max(1, Math.floor((this.limits.slots * 3) / 4)) - this.#retries);
  }

  /** Counts a delivery that begins. */
  begin({ attempts }: Pick<Claimed, 'attempts'>): BegunDelivery {
    const retries = attempts > 1 ? 1 : 0;
    this.inFlight++;
    this.#retries += retries;
    let isRunning = true;
    const ended = () => {
      if (!isRunning) return;
      isRunning = false;
      this.inFlight--;
      this.#retries -= retries;
      this.#unwritten++;
    };
    const written = () => {
      ended();
      this.#unwritten--;
    };
    return { ended, written };
  }
}

/**
 * How many deliveries a consumer may begin now: in its own slots, and in those that others lend.
 * @param total slots of all consumers that lend
 */
export function freeSlots(consumer: TopicConsumer, all: readonly TopicConsumer[], total: number): number {
  const { slots, isLending } = consumer.limits;
  const own = slots - consumer.takenSlots;
  if (!isLending) return own;
  const lending = all.filter(({ limits }) => limits.isLending);
  const taken = lending.reduce((sum, each) => sum + each.takenSlots, 0);
  const reserved = lending.reduce((sum, each) => sum + (each === consumer ? 0 : each.reservedSlots), 0);
  return Math.min(total - taken, Math.max(own, total - taken - reserved));
}
