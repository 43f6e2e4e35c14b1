/** How a courier works. Milliseconds. */
export abstract class CourierOptions {
  /** Deliveries under way at once. */
  abstract readonly concurrency: number;
  /** How long a claim holds; more than twice the send timeout. */
  abstract readonly leaseMs: number;
  abstract readonly sendTimeoutMs: number;
  /** For how long a message is tried at least before it is given up. */
  abstract readonly retryForMs: number;
  /** How long a stop waits for deliveries before it aborts them. */
  abstract readonly shutdownGraceMs: number;
  /** How long the rows of delivered messages are kept. */
  abstract readonly retentionMs: number;
}
