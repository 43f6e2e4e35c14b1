/** The files of the database, which may hold what has been deleted. */
export abstract class ErasedStorage {
  /**
   * Removes it from them too. Called after the commit.
   * @param texts of what was deleted, by which it is found
   */
  abstract scrub(texts: readonly string[]): Promise<void>;
}
