import type { Logger } from '@nestjs/common';

/**
 * Calls back one after another. Errors of callbacks are logged. After the limit, the remaining callbacks are called
 * without waiting for them.
 */
export async function callAfterCommit(
  callbacks: readonly (() => unknown)[],
  limitMs: number,
  logger: Pick<Logger, 'error' | 'warn'>,
): Promise<void> {
  if (!callbacks.length) return;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.warn(`A callback after a commit did not end within ${limitMs} ms and is no longer waited for`);
      resolve();
    }, limitMs);
  });
  for (const callback of callbacks) await Promise.race([settled(callback, logger), expired]);
  clearTimeout(timer);
}

async function settled(callback: () => unknown, logger: Pick<Logger, 'error'>): Promise<void> {
  try {
    await callback();
  } catch (error) {
    logger.error('A callback after a commit failed', error instanceof Error ? error.stack : String(error));
  }
}
