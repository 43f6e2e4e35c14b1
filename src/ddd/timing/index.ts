/** Durations, pauses between attempts, limits on what is waited for, and work that repeats. The public API of this block. */
export { backoffMs, spreadMs } from './backoff.js';
export type { Backoff } from './backoff.js';
export { dayMs, hourMs, minuteMs } from './duration.js';
export { Maintenance } from './maintenance.js';
export { moment } from './moment.js';
export { withinTime } from './time-limit.js';
