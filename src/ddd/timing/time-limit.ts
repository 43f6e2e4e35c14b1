/**
 * The outcome of work, or that of `onExpired` when the work is not done within the limit. The work itself cannot be
 * stopped: it goes on, and its late outcome is dropped.
 */
export async function withinTime<Result, Substitute = never>(
  limitMs: number,
  work: Promise<Result>,
  onExpired: () => Substitute,
): Promise<Result | Substitute> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    return await Promise.race([work, expired.then(onExpired)]);
  } finally {
    clearTimeout(timer);
  }
}
