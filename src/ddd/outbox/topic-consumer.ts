import type { CircuitBreaker } from './circuit-breaker.js';
import { queueOf } from './consumer-name.js';
import type { ConsumerName } from './consumer-name.js';
import type { MessageHandler } from './message-handler.js';
import type { Claimed } from './leased-message.js';

/** One consumer's deliveries in the courier, with their own share of the slots, so that none holds up another. */
export class TopicConsumer {
  /** Deliveries in flight. */
  inFlight = 0;
  /** Whether more messages may be due than there were free slots. */
  fetchWhenSlotFree = false;
  isSubscribed = false;
  readonly queue: string;
  #retries = 0;

  constructor(
    readonly name: ConsumerName,
    readonly handler: MessageHandler,
    readonly breaker: CircuitBreaker,
    private readonly share: number,
    readonly includesEarlier: boolean,
  ) {
    this.queue = queueOf(name);
  }

  /** The number of free slots, regardless of the breaker. */
  get freeSlots(): number {
    return this.share - this.inFlight;
  }

  /**
   * How many of these slots messages may take that were tried before. A quarter is reserved for untried ones: any
   * number of slowly failing recipients leaves capacity for new messages.
   */
  get freeRetrySlots(): number {
    return Math.min(this.freeSlots, Math.max(1, Math.floor((this.share * 3) / 4)) - this.#retries);
  }

  /** Counts a delivery that begins. @returns a function to be called when it has ended */
  begin({ attempts }: Claimed): () => void {
    const retries = attempts > 1 ? 1 : 0;
    this.inFlight++;
    this.#retries += retries;
    return () => {
      this.inFlight--;
      this.#retries -= retries;
    };
  }
}
