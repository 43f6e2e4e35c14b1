/** Pauses between attempts, and limits on what is waited for. The public API of this block. */
export { backoffMs, spreadMs } from './backoff.js';
export type { Backoff } from './backoff.js';
export { withinTime } from './time-limit.js';
