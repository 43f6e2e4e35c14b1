import type { CircuitBreaker } from './circuit-breaker.js';
import type { MessageHandler } from './message-handler.js';

/** One topic on its way through the courier, with its own share of the deliveries, so that none holds up another. */
export class TopicLane {
  /** Deliveries under way. */
  underWay = 0;
  /** Whether more may be due than there was room for. */
  isFull = false;

  constructor(
    readonly topic: string,
    readonly handler: MessageHandler,
    readonly breaker: CircuitBreaker,
    private readonly share: number,
  ) {}

  /** How many messages may be claimed now. */
  get room(): number {
    return Math.min(this.share - this.underWay, this.breaker.room);
  }
}
