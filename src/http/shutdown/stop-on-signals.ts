import { constants } from 'node:os';
import { Logger } from '@nestjs/common';

/** Milliseconds beyond the grace after which a stop that hangs is cut short; operators are told ten seconds. */
const overrunMs = 8_000;

export interface Stop {
  /** Milliseconds that a stop waits for what is in flight. */
  readonly graceMs: number;
  /** Ends everything in order. */
  readonly stop: () => Promise<unknown>;
  /** What is done at the last moment of a process that does not end in order; it cannot wait for anything. */
  readonly abandon?: () => void;
  readonly signals?: readonly NodeJS.Signals[];
}

/**
 * Ends the process in order at the first signal, with code 0. With code 1 when that fails or hangs beyond its limit, and
 * at once at a second signal, with the code of that signal (128 and its number): nothing can hold a process.
 * @returns begins the stop without a signal
 */
export function stopOnSignals({
  graceMs,
  stop,
  abandon = () => undefined,
  signals = ['SIGTERM', 'SIGINT'],
}: Stop): (reason: string) => void {
  const logger = new Logger('Stop');
  let isStopping = false;

  const abort = (code: number, message: string) => {
    logger.error(message);
    abandon();
    process.exit(code);
  };
  const begin = (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.log(`Stopping: ${reason}`);
    const limitMs = graceMs + overrunMs;
    setTimeout(() => abort(1, `The stop was not over after ${limitMs} ms and is cut short`), limitMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) =>
        abort(1, `The stop failed: ${error instanceof Error ? error.stack : String(error)}`),
    );
  };
  for (const signal of signals)
    process.on(signal, () => {
      if (isStopping) abort(128 + constants.signals[signal], `Ended at once by a second signal (${signal})`);
      begin(signal);
    });
  return begin;
}
