/** The command line is not valid. The message names the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
