import type { Logger } from 'pino';

/** An error whose message is one sentence with the remedy, and needs no stack. */
type Explained = abstract new (...parameters: never[]) => Error;

/** Reports why a program did not start. */
export function reportStartFailure(error: unknown, log: Logger, explained: readonly Explained[]): void {
  if (explained.some((kind) => error instanceof kind)) log.fatal((error as Error).message);
  else log.fatal({ err: error }, 'The start failed');
}
