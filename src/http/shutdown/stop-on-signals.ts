import { constants } from 'node:os';
import { Logger } from '@nestjs/common';

/**
 * Milliseconds beyond the grace period after which a hanging stop is aborted; the documentation promises ten seconds.
 */
const overrunMs = 8_000;

export interface Stop {
  /** How long a stop waits for work in flight. */
  readonly graceMs: number;
  /** Stops everything in order. */
  readonly stop: () => Promise<unknown>;
  /** The last action of a process that does not stop in order; it cannot wait for anything. */
  readonly abandon?: () => void;
  readonly signals?: readonly NodeJS.Signals[];
}

/**
 * Stops the process in order at the first signal, with exit code 0. The code is 1 when the stop fails or exceeds its
 * limit. A second signal ends the process immediately with that signal's code (128 plus its number), so nothing can
 * hold a process.
 * @returns a function that begins the stop without a signal
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
    setTimeout(() => abort(1, `The shutdown did not finish within ${limitMs} ms and is aborted`), limitMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) =>
        abort(1, `The shutdown failed: ${error instanceof Error ? error.stack : String(error)}`),
    );
  };
  for (const signal of signals)
    process.on(signal, () => {
      if (isStopping) abort(128 + constants.signals[signal], `Ended at once by a second signal (${signal})`);
      begin(signal);
    });
  return begin;
}
