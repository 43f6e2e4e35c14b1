/**
 * Carries the news of committed messages between the processes that share a database. News may come late, twice or not
 * at all: it only saves the courier's next look from being waited for.
 */
export abstract class CommitSignal {
  /** Tells the other processes, after a commit of this one. */
  abstract announce(): Promise<void>;

  /** Calls back whenever another process may have committed a message. @returns ends it */
  abstract listen(heard: () => void): () => Promise<void>;
}
