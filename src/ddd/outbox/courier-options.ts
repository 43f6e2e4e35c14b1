/** Settings of a courier, in milliseconds. */
export abstract class CourierOptions {
  /** Maximum number of deliveries in flight. */
  abstract readonly concurrency: number;
  /** How long a claim lasts; more than twice the send timeout. */
  abstract readonly leaseMs: number;
  abstract readonly sendTimeoutMs: number;
  /** Minimum time for which a message is retried before it is dead. */
  abstract readonly retryForMs: number;
  /** How long a stop waits for deliveries before it aborts them. */
  abstract readonly shutdownGraceMs: number;
  /** How long the rows of delivered messages are kept. */
  abstract readonly retentionMs: number;
}
