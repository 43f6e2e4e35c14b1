import type { CircuitBreaker } from './circuit-breaker.js';
import type { MessageHandler } from './message-handler.js';
import type { Claimed } from './outbox-queue.js';

/** One topic on its way through the courier, with its own share of the deliveries, so that none holds up another. */
export class TopicConsumer {
  /** Deliveries under way. */
  inFlight = 0;
  /** Whether more may be due than there was room for. */
  fetchWhenSlotFree = false;
  #retries = 0;

  constructor(
    readonly topic: string,
    readonly handler: MessageHandler,
    readonly breaker: CircuitBreaker,
    private readonly share: number,
  ) {}

  /** How many deliveries there is place for, whatever the breaker says. */
  get freeSlots(): number {
    return this.share - this.inFlight;
  }

  /**
   * How many of these places messages may take that were tried before. A quarter is left to those that were not: any
   * number of recipients that fail slowly, time and again, leaves a way through.
   */
  get freeRetrySlots(): number {
    return Math.min(this.freeSlots, Math.max(1, Math.floor((this.share * 3) / 4)) - this.#retries);
  }

  /** Counts a delivery that begins. @returns to be called when it has ended */
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
