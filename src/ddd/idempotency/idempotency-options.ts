/** What the assembly supplies. */
export abstract class IdempotencyOptions {
  /** The secret of at least 32 bytes that contents are hashed with: the same in every process, and not in the database. */
  abstract readonly fingerprintKey: () => Buffer;
}
