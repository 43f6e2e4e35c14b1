/** A delivery that was aborted. */
export class DeliveryCutError extends Error {
  override readonly name = 'DeliveryCutError';
}

export interface DeliveryLimit {
  /** How long the delivery may take. */
  readonly timeoutMs: number;
  /** Aborted when the courier stops. */
  readonly stopping: AbortSignal;
  /** How long the delivery may still take after that. */
  readonly graceMs: number;
}

/**
 * Runs a delivery, whose signal is aborted at its limit.
 * @throws DeliveryCutError at the limit, even when the delivery ignores its signal: its slot is needed
 */
export async function withinDeliveryLimit(
  { timeoutMs, stopping, graceMs }: DeliveryLimit,
  deliver: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = new AbortController();
  const cut = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason as DeliveryCutError));
  });
  // A process that was paused runs its timers first: let it read what has arrived before it gives up.
  const cutAfter = (waitMs: number, reason: string) =>
    setTimeout(() => setImmediate(() => limit.abort(new DeliveryCutError(reason))), waitMs);
  const timers = [cutAfter(timeoutMs, `timed out after ${timeoutMs} ms`)];
  const stop = () => timers.push(cutAfter(graceMs, 'cut off by a shutdown'));
  if (stopping.aborted) stop();
  stopping.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([deliver(limit.signal), cut]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  }
}
