/** The files of the database, which may hold what has been deleted. */
export abstract class ErasedStorage {
  /** Removes it from them too. Called after the commit. */
  abstract scrub(): Promise<void>;
}
