import { TraceChannel } from '../../../ddd/diagnostics/index.js';

/** Computing one hash. */
export const hashSpans = new TraceChannel('hash');

/** Waiting in the queue for it. */
export const queueSpans = new TraceChannel('queue');
