/**
 * Signals committed messages between the processes that share a database. Signals may be late, duplicated or lost; they
 * only shorten the polling delay.
 */
export abstract class CommitSignal {
  /** Signals the other processes, after a commit of this one. */
  abstract announce(): Promise<void>;

  /** Calls back whenever another process may have committed a message. @returns a function that ends it */
  abstract listen(heard: () => void): () => Promise<void>;
}
