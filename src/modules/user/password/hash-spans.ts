import { TraceChannel } from '../../../ddd/diagnostics/index.js';

/** Computing one hash. */
export const hashSpans = new TraceChannel('hash');

/** Standing in line for it. */
export const queueSpans = new TraceChannel('queue');
