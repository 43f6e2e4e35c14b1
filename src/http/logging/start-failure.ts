import { inspect } from 'node:util';
import type { Logger } from 'pino';

/** An error whose message is one sentence with the remedy, and needs no stack. */
type Explained = abstract new (...parameters: never[]) => Error;

/** Reports why a program did not start, in the format of its log if that exists already. */
export function reportStartFailure(
  error: unknown,
  log: Logger | undefined,
  explained: readonly Explained[],
): void {
  const isExplained = explained.some((kind) => error instanceof kind);
  if (!log) process.stderr.write(`${isExplained ? (error as Error).message : inspect(error)}\n`);
  else if (isExplained) log.fatal((error as Error).message);
  else log.fatal({ err: error }, 'The start failed');
}
