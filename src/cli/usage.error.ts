/** The command line asks for something that there is not. Its message names the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
